// Report says how good a classifier is, with intervals and beside a linear model.
// With a file it writes the same as a page with pictures:
//
//	go run ./examples/report -html report.html
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/report"
)

//go:embed breast_cancer.csv
var csv string

func main() {
	html := flag.String("html", "", "`file` for the page; none is written without it")
	flag.Parse()
	if err := run(*html); err != nil {
		log.Fatal(err)
	}
}

func run(html string) error {
	table, err := dataset.ReadTable(strings.NewReader(csv), ',')
	if err != nil {
		return err
	}
	train, test, err := split(table, "diagnosis")
	if err != nil {
		return err
	}
	recipe := dataset.Recipe{Target: dataset.Binary("diagnosis", "malignant")}
	pipeline, _, err := recipe.FitPipeline(context.Background(), train, network, mlp.FitOptions{Epochs: 30})
	if err != nil {
		return err
	}

	// The test rows have taught nothing. From the training rows the baselines
	// learn.
	r, err := pipeline.Report(context.Background(), test, dataset.ReportOptions{Train: train, Seed: 1})
	if err != nil {
		return err
	}
	fmt.Println(r)
	if html == "" {
		return nil
	}
	return report.WriteFile(html, r)
}

// split keeps a quarter of the rows of each class for the test.
func split(t *dataset.Table, target string) (train, test *dataset.Table, err error) {
	classes, err := t.Column(target)
	if err != nil {
		return nil, nil, err
	}
	fold, err := dataset.StratifiedSplit(classes, dataset.SplitOptions{Test: 0.25, Seed: 1})
	if err != nil {
		return nil, nil, err
	}
	if train, err = t.Subset(fold.Train); err != nil {
		return nil, nil, err
	}
	test, err = t.Subset(fold.Test)
	return train, test, err
}

func network(train *dataset.Data) (mlp.Network, error) {
	return mlp.Model([]mlp.Layer{
		mlp.Dense(len(train.Features), 16, mlp.Tanh),
		mlp.Dense(16, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
}

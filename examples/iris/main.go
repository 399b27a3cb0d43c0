// Iris tells three kinds of iris apart by the measures of their flowers.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/progress"
)

//go:embed iris.csv
var csv string

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	// A quarter of the rows is kept for the test, of each species its share.
	table, err := dataset.ReadTable(strings.NewReader(csv), ',')
	if err != nil {
		return err
	}
	species, err := table.Column("species")
	if err != nil {
		return err
	}
	fold, err := dataset.StratifiedSplit(species, dataset.SplitOptions{Test: 0.25, Seed: 1})
	if err != nil {
		return err
	}

	train, err := table.Subset(fold.Train)
	if err != nil {
		return err
	}
	test, err := table.Subset(fold.Test)
	if err != nil {
		return err
	}

	// How to scale the columns is learned from the training rows alone, and
	// becomes one with the network.
	recipe := dataset.Recipe{Target: dataset.Classes("species")}
	build := func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 16, mlp.Tanh),
			mlp.Dense(16, len(train.Classes), mlp.Softmax),
		}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	}
	pipeline, _, err := recipe.FitPipeline(context.Background(), train, build, mlp.FitOptions{
		Epochs:    100,
		BatchSize: 8,
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	scores, err := pipeline.Evaluate(test)
	if err != nil {
		return err
	}
	fmt.Printf("%d training rows, %d test rows\n", train.Rows(), test.Rows())
	fmt.Printf("test loss %.4f, test accuracy %.4f\n", scores.Loss, scores.Score)

	// One flower that the network has never seen.
	answer, err := pipeline.PredictMap(map[string]any{
		"sepal_length_cm": 6.1,
		"sepal_width_cm":  2.9,
		"petal_length_cm": 4.7,
		"petal_width_cm":  1.4,
	})
	if err != nil {
		return err
	}
	for i, name := range pipeline.Preparation().Classes() {
		fmt.Printf("%-10s %5.1f %%\n", name, 100*answer.Probabilities[i])
	}
	return nil
}

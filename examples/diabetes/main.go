// Diabetes predicts how far the disease progresses within a year from ten
// measures of a patient.
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

//go:embed diabetes.csv
var csv string

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	table, err := dataset.ReadTable(strings.NewReader(csv), ',')
	if err != nil {
		return err
	}
	fold, err := dataset.Split(table.Rows(), dataset.SplitOptions{Test: 0.25, Seed: 1})
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

	// The recipe scales the measures and the network what it predicts.
	training := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("progression")},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), 16, mlp.Tanh),
				mlp.Dense(16, 1, mlp.Identity),
			}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{
			Epochs:    40,
			Callbacks: []mlp.Callback{progress.New(os.Stderr)},
		},
		ScaleTargets: true,
		Seed:         1,
	}
	pipeline, err := training.Fit(context.Background(), train)
	if err != nil {
		return err
	}

	scores, err := pipeline.Evaluate(test)
	if err != nil {
		return err
	}
	fmt.Printf("%d training rows, %d test rows\n", train.Rows(), test.Rows())
	fmt.Printf("test R² %.4f\n", scores.Score)
	predicted, err := pipeline.Predict(test)
	if err != nil {
		return err
	}
	measured, err := test.Column("progression")
	if err != nil {
		return err
	}
	for i := range 3 {
		fmt.Printf("patient %d: predicted %3.0f, measured %3s\n", i+1, predicted[i].Value, measured[i])
	}
	return nil
}

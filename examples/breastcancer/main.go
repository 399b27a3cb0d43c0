// Breastcancer tells benign from malignant tumours by measures of their cell
// nuclei.
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

//go:embed breast_cancer.csv
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
	diagnoses, err := table.Column("diagnosis")
	if err != nil {
		return err
	}
	fold, err := dataset.StratifiedSplit(diagnoses, dataset.SplitOptions{Test: 0.25, Seed: 1})
	if err != nil {
		return err
	}
	// Class 1 is the one to find.
	recipe := dataset.Recipe{Target: dataset.Binary("diagnosis", "malignant")}
	_, train, test, err := recipe.FitFold(table, fold)
	if err != nil {
		return err
	}

	model, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(train.Features), 16, mlp.Tanh),
		mlp.Dense(16, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	net := model.(*mlp.BinaryClassifier)
	_, err = net.Fit(context.Background(), train.X, train.Y, mlp.FitOptions{
		Epochs:    30,
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	scores, err := net.Evaluate(test.X, test.Y)
	if err != nil {
		return err
	}
	fmt.Printf("%d training rows, %d test rows\n", train.Rows(), test.Rows())
	fmt.Printf("test loss %.4f, test accuracy %.4f\n", scores.Loss, scores.Score)

	// A doctor would rather look at a benign tumour twice than miss one that
	// is not: say "malignant" earlier than at a probability of one half.
	for _, threshold := range []float64{0.5, 0.1} {
		if err := net.SetThreshold(threshold); err != nil {
			return err
		}
		predicted, err := net.Predict(test.X)
		if err != nil {
			return err
		}
		confusion, err := mlp.NewConfusion(test.Y, predicted, test.Classes...)
		if err != nil {
			return err
		}
		missed, alarms := confusion.Counts[1][0], confusion.Counts[0][1]
		fmt.Printf("threshold %.1f: %d malignant missed, %d false alarms\n", threshold, missed, alarms)
	}
	return nil
}

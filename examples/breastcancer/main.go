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
	// Class 1 is the one to find.
	data, err := dataset.ReadCSV(strings.NewReader(csv), dataset.Binary("diagnosis", "malignant"))
	if err != nil {
		return err
	}
	train, test, err := data.StratifiedSplit(0.25, 1)
	if err != nil {
		return err
	}
	scaler, err := dataset.FitStandardScaler(train.X)
	if err != nil {
		return err
	}
	trainX, err := scaler.Transform(train.X)
	if err != nil {
		return err
	}
	testX, err := scaler.Transform(test.X)
	if err != nil {
		return err
	}

	model, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(data.Features), 16, mlp.Tanh),
		mlp.Dense(16, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	net := model.(*mlp.BinaryClassifier)
	_, err = net.Fit(context.Background(), trainX, train.Y, mlp.FitOptions{
		Epochs:    30,
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	scores, err := net.Evaluate(testX, test.Y)
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
		predicted, err := net.Predict(testX)
		if err != nil {
			return err
		}
		missed, alarms := 0, 0
		for i := range test.Rows() {
			switch predicted.At(i, 0) - test.Y.At(i, 0) {
			case -1:
				missed++
			case 1:
				alarms++
			}
		}
		fmt.Printf("threshold %.1f: %d malignant missed, %d false alarms\n", threshold, missed, alarms)
	}
	return nil
}

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
	data, err := dataset.ReadCSV(strings.NewReader(csv), dataset.Numbers("progression"))
	if err != nil {
		return err
	}
	train, test, err := data.Split(0.25, 1)
	if err != nil {
		return err
	}

	// Both sides are scaled; predictions are scaled back.
	scaleX, err := dataset.FitStandardScaler(train.X)
	if err != nil {
		return err
	}
	scaleY, err := dataset.FitStandardScaler(train.Y)
	if err != nil {
		return err
	}
	trainX, err := scaleX.Transform(train.X)
	if err != nil {
		return err
	}
	trainY, err := scaleY.Transform(train.Y)
	if err != nil {
		return err
	}
	testX, err := scaleX.Transform(test.X)
	if err != nil {
		return err
	}

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(data.Features), 16, mlp.Tanh),
		mlp.Dense(16, 1, mlp.Identity),
	}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	_, err = net.Fit(context.Background(), trainX, trainY, mlp.FitOptions{
		Epochs:    40,
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	scaled, err := net.Predict(testX)
	if err != nil {
		return err
	}
	predicted, err := scaleY.Inverse(scaled)
	if err != nil {
		return err
	}
	r2, err := mlp.R2(test.Y, predicted)
	if err != nil {
		return err
	}
	fmt.Printf("%d training rows, %d test rows\n", train.Rows(), test.Rows())
	fmt.Printf("test R² %.4f\n", r2)
	for i := range 3 {
		fmt.Printf("patient %d: predicted %3.0f, measured %3.0f\n", i+1, predicted.At(i, 0), test.Y.At(i, 0))
	}
	return nil
}

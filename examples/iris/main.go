// Iris tells three kinds of iris apart by the measures of their flowers.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"
	"strings"

	"gonum.org/v1/gonum/mat"

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
	// A table with the species in one-hot columns, and a quarter of the rows
	// kept for the test.
	data, err := dataset.ReadCSV(strings.NewReader(csv), dataset.Classes("species"))
	if err != nil {
		return err
	}
	train, test, err := data.StratifiedSplit(0.25, 1)
	if err != nil {
		return err
	}

	// Scaling learns from the training rows alone.
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

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(data.Features), 16, mlp.Tanh),
		mlp.Dense(16, len(data.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	_, err = net.Fit(context.Background(), trainX, train.Y, mlp.FitOptions{
		Epochs:    100,
		BatchSize: 8,
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

	// One flower that the network has never seen.
	flower, err := scaler.Transform(mat.NewDense(1, 4, []float64{6.1, 2.9, 4.7, 1.4}))
	if err != nil {
		return err
	}
	probabilities := make([]float64, len(data.Classes))
	if err := net.PredictRow(probabilities, flower.RawRowView(0)); err != nil {
		return err
	}
	for i, name := range data.Classes {
		fmt.Printf("%-10s %5.1f %%\n", name, 100*probabilities[i])
	}
	return nil
}

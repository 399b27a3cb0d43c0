// Digits reads handwritten digits in images of 8×8 pixels. With
//
//	go run ./examples/digits -plots .
//
// it also draws how the training went, which digits it takes for which, and
// what some units of its first layer look for.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/plots"
	"example.com/mlp/progress"
)

//go:embed digits.csv
var csv string

func main() {
	folder := flag.String("plots", "", "folder for pictures; none are drawn without it")
	flag.Parse()
	if err := run(*folder); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	table, err := dataset.ReadTable(strings.NewReader(csv), ',')
	if err != nil {
		return err
	}
	digits, err := table.Column("digit")
	if err != nil {
		return err
	}
	fold, err := dataset.StratifiedSplit(digits, dataset.SplitOptions{Test: 0.25, Seed: 1})
	if err != nil {
		return err
	}
	recipe := dataset.Recipe{
		Target:  dataset.Classes("digit"),
		Numeric: dataset.Numeric{Scaling: dataset.MinMax}, // pixels from 0 to 1
	}
	_, train, test, err := recipe.FitFold(table, fold)
	if err != nil {
		return err
	}

	// Noise and dropout keep the network from learning the images by heart.
	pixels := len(train.Features)
	first := mlp.Dense(pixels, 256, mlp.ReLU)
	net, err := mlp.Model([]mlp.Layer{
		mlp.GaussianNoise(pixels, 0.15),
		first,
		mlp.Dropout(256, 0.5),
		mlp.Dense(256, 64, mlp.ReLU),
		mlp.Dense(64, len(train.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	// The best epoch is chosen by rows of the training data that are set aside,
	// so that the test rows stay unseen.
	history, err := net.Fit(context.Background(), train.X, train.Y, mlp.FitOptions{
		ValidationSplit: 0.15,
		Callbacks:       []mlp.Callback{&mlp.EarlyStopping{}, progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	predicted, err := net.Predict(test.X)
	if err != nil {
		return err
	}
	confusion, err := mlp.NewConfusion(test.Y, predicted, train.Classes...)
	if err != nil {
		return err
	}
	fmt.Printf("%d training rows, %d test rows\n", train.Rows(), test.Rows())
	fmt.Printf("test accuracy %.4f\n", confusion.Accuracy())
	fmt.Print(confusion.Report())
	if folder == "" {
		return nil
	}
	return draw(folder, history, confusion, first)
}

// draw writes the pictures into a folder.
func draw(folder string, history *mlp.History, confusion *mlp.Confusion, first mlp.Layer) error {
	loss, err := plots.Loss(history)
	if err != nil {
		return err
	}
	accuracy, err := plots.Score(history)
	if err != nil {
		return err
	}
	accuracy.Title.Text, accuracy.Y.Label.Text = "Accuracy over the epochs", "Accuracy"
	matrix, err := plots.Confusion(confusion)
	if err != nil {
		return err
	}
	weights := first.Params()[0].Value
	units, err := plots.Units(weights, 8, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	if err != nil {
		return err
	}
	for name, figure := range map[string]*plots.Figure{
		"digits_loss.png":      loss,
		"digits_accuracy.png":  accuracy,
		"digits_confusion.png": matrix,
		"digits_units.png":     units,
	} {
		if err := figure.SaveFile(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

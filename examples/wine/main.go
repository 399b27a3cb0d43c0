// Wine tells three cultivars apart by a chemical analysis, and measures by
// cross-validation how well it does. With a folder it draws what is taken for
// what:
//
//	go run ./examples/wine -plots .
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/plots"
)

//go:embed wine.csv
var csv string

func main() {
	folder := flag.String("plots", "", "folder for a picture; none is drawn without it")
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
	cultivars, err := table.Column("cultivar")
	if err != nil {
		return err
	}
	folds, err := dataset.StratifiedKFold(cultivars, dataset.FoldOptions{Folds: 5, Seed: 1})
	if err != nil {
		return err
	}

	recipe := dataset.Recipe{Target: dataset.Classes("cultivar")}
	var truth, predicted []int // of all folds
	var names []string
	for i, fold := range folds {
		// Scaling learns from the training rows of the fold alone.
		_, train, test, err := recipe.FitFold(table, fold)
		if err != nil {
			return err
		}
		net, err := mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 16, mlp.Tanh),
			mlp.Dense(16, len(train.Classes), mlp.Softmax),
		}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
		if err != nil {
			return err
		}
		_, err = net.Fit(context.Background(), train.X, train.Y, mlp.FitOptions{Epochs: 50, BatchSize: 16})
		if err != nil {
			return err
		}
		scores, err := net.Evaluate(test.X, test.Y)
		if err != nil {
			return err
		}
		fmt.Printf("fold %d: accuracy %.4f on %d of %d wines\n", i+1, scores.Score, test.Rows(), table.Rows())

		classes, err := net.(*mlp.Classifier).Classes(test.X)
		if err != nil {
			return err
		}
		labels, err := test.Labels()
		if err != nil {
			return err
		}
		truth, predicted, names = append(truth, labels...), append(predicted, classes...), test.Classes
	}

	confusion, err := mlp.ConfusionOf(truth, predicted, names...)
	if err != nil {
		return err
	}
	fmt.Print("\nevery wine in the fold that has not trained on it:\n\n", confusion.Report())
	if folder == "" {
		return nil
	}
	figure, err := plots.Confusion(confusion)
	if err != nil {
		return err
	}
	return figure.SaveFile(filepath.Join(folder, "wine_confusion.png"))
}

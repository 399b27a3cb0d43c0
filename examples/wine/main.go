// Wine tells three cultivars apart by a chemical analysis, and measures by
// cross-validation how well it does.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

//go:embed wine.csv
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
	cultivars, err := table.Column("cultivar")
	if err != nil {
		return err
	}
	folds, err := dataset.StratifiedKFold(cultivars, dataset.FoldOptions{Folds: 5, Seed: 1})
	if err != nil {
		return err
	}

	recipe := dataset.Recipe{Target: dataset.Classes("cultivar")}
	mean := 0.0
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
		mean += scores.Score / float64(len(folds))
	}
	fmt.Printf("mean accuracy %.4f\n", mean)
	return nil
}

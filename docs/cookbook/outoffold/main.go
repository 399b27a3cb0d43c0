// Outoffold cross-validates a network, and shows the penguins that it takes for
// another species if it has not seen them.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

func main() {
	table, err := dataset.ReadTableFile("penguins.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	folds, err := table.StratifiedKFold("species", dataset.FoldOptions{Folds: 5})
	if err != nil {
		log.Fatal(err)
	}
	answers, err := selection.OutOfFold(context.Background(), table, folds, training, selection.OutOfFoldOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy of the folds %.3f\n", answers.Scores)
	species, err := table.Column("species")
	if err != nil {
		log.Fatal(err)
	}
	for row, answer := range answers.Predictions {
		if answer.Class != species[row] {
			fmt.Printf("row %d, %s: %v\n", row, species[row], answer)
		}
	}
}

func training() dataset.Training {
	return dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Classes("species"), Impute: dataset.Median},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), 16, mlp.Tanh),
				mlp.Dense(16, len(train.Classes), mlp.Softmax),
			}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{Epochs: 50},
	}
}

// Search draws settings of a network at random, compares them in
// cross-validation, and tests the best on rows that the search has not seen.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

type settings struct {
	Hidden      int
	Rate, Decay float64
}

func main() {
	table, err := dataset.ReadTableFile("houses.csv.gz", ',')
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := table.Split(dataset.SplitOptions{Test: 0.2})
	if err != nil {
		log.Fatal(err)
	}
	folds, err := train.KFold(dataset.FoldOptions{Folds: 3})
	if err != nil {
		log.Fatal(err)
	}
	search := selection.Search[settings]{
		Trial: selection.OnTraining(train, training, selection.By(mlp.MetricR2)),
		Folds: folds,
	}
	results, err := search.Run(context.Background(), selection.Draw(8, 1, func(rng *rand.Rand) settings {
		return settings{
			Hidden: 16 << rng.IntN(3),
			Rate:   []float64{0.001, 0.003, 0.01, 0.03}[rng.IntN(4)],
			Decay:  []float64{0, 0.001, 0.01}[rng.IntN(3)],
		}
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(results)
	best, err := results.Best()
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := training(best.Settings).Fit(context.Background(), train)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := pipeline.Evaluate(test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("test R² %.3f\n", scores.Score)
}

func training(s settings) dataset.Training {
	return dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("median_house_value"), Impute: dataset.Median},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), s.Hidden, mlp.ReLU),
				mlp.Dense(s.Hidden, 1, mlp.Identity),
			}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options: mlp.FitOptions{
			Epochs:      20,
			Optimizer:   mlp.Adam{LearningRate: s.Rate},
			WeightDecay: s.Decay,
			Schedule:    mlp.CosineDecay{},
		},
		ScaleTargets: true,
	}
}

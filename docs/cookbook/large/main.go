// Large trains on a file that need not fit into memory: on its first rows to
// begin with, from which the scaling and the names are learned, then on all.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func main() {
	source := dataset.CSVFile("houses.csv.gz", ',') // in random order
	first, err := head(source, 1000)
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := dataset.Training{
		Recipe: dataset.Recipe{
			Target:      dataset.Numbers("median_house_value"),
			Impute:      dataset.Median,
			Categorical: dataset.Categorical{Unknown: dataset.UnknownShares}, // that only later rows have
		},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{
				mlp.Dense(len(train.Features), 64, mlp.ReLU),
				mlp.Dense(64, 1, mlp.Identity),
			}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options:      mlp.FitOptions{Epochs: 5},
		ScaleTargets: true,
	}.Fit(context.Background(), first)
	if err != nil {
		log.Fatal(err)
	}
	batches := pipeline.Preparation().Batches(source, dataset.BatchOptions{BatchSize: 64})
	history, err := pipeline.Network().FitBatches(context.Background(), batches, mlp.FitOptions{
		Epochs:   20,
		Schedule: mlp.CosineDecay{},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("R² %.3f after epoch 1, %.3f after epoch 20\n", history.Epochs[0].Train.Score, history.Epochs[19].Train.Score)
	if err := pipeline.SaveFile("houses.mlp"); err != nil {
		log.Fatal(err)
	}
}

// head returns the first rows of a source.
func head(source dataset.Source, rows int) (*dataset.Table, error) {
	for table, err := range source.Tables(rows) {
		return table, err
	}
	return nil, errors.New("the source has no rows")
}

// Large trains on a file that need not fit into memory: one pass learns how the
// columns are prepared, and each epoch is another one.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func main() {
	ctx := context.Background()
	source := dataset.CSVFile("penguins.csv", ',')
	recipe := dataset.Recipe{Target: dataset.Classes("species"), Impute: dataset.Median}
	preparation, err := recipe.FitSource(ctx, source)
	if err != nil {
		log.Fatal(err)
	}
	network, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(preparation.Features()), 32, mlp.ReLU),
		mlp.Dense(32, len(preparation.Classes()), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	batches := preparation.Batches(source, dataset.BatchOptions{})
	history, err := network.FitBatches(ctx, batches, mlp.FitOptions{Epochs: 20, Schedule: mlp.CosineDecay{}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.3f in epoch 1, %.3f in epoch 20\n", history.Epochs[0].Train.Score, history.Epochs[19].Train.Score)
	pipeline, err := dataset.NewPipeline(preparation, network)
	if err != nil {
		log.Fatal(err)
	}
	if err := pipeline.SaveFile("large.mlp"); err != nil {
		log.Fatal(err)
	}
}

// Train makes the pipeline that the program serve has built in. It runs in the
// folder of serve:
//
//	go generate ./examples/serve
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func main() {
	if err := run("../iris/iris.csv", "iris.safetensors"); err != nil {
		log.Fatal(err)
	}
}

// run trains on all rows of the table and saves the pipeline.
func run(file, model string) error {
	table, err := dataset.ReadTableFile(file, ',')
	if err != nil {
		return err
	}
	recipe := dataset.Recipe{Target: dataset.Classes("species")}
	pipeline, _, err := recipe.FitPipeline(context.Background(), table, func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 16, mlp.Tanh),
			mlp.Dense(16, len(train.Classes), mlp.Softmax),
		}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	}, mlp.FitOptions{BatchSize: 8})
	if err != nil {
		return err
	}
	scores, err := pipeline.Evaluate(table)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows, accuracy %.4f\n", table.Rows(), scores.Score)
	return pipeline.SaveFile(model)
}

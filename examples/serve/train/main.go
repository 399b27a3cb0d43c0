// Train makes the network that the program serve has built in. It runs in the
// folder of serve:
//
//	go generate ./examples/serve
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func main() {
	if err := run("../iris/iris.csv", "iris.safetensors"); err != nil {
		log.Fatal(err)
	}
}

// run trains on all rows of the table and saves the network.
func run(table, model string) error {
	f, err := os.Open(table)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, dataset.Classes("species"))
	if err != nil {
		return err
	}

	// The network scales its inputs itself, so that the server can give it raw
	// values.
	scale := mlp.NewNormalization(len(data.Features))
	if err := scale.Adapt(data.X); err != nil {
		return err
	}
	net, err := mlp.Model([]mlp.Layer{
		scale,
		mlp.Dense(len(data.Features), 16, mlp.Tanh),
		mlp.Dense(16, len(data.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1), mlp.WithFeatures(data.Features...), mlp.WithClasses(data.Classes...))
	if err != nil {
		return err
	}
	if _, err := net.Fit(context.Background(), data.X, data.Y, mlp.FitOptions{BatchSize: 8}); err != nil {
		return err
	}
	scores, err := net.Evaluate(data.X, data.Y)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows, accuracy %.4f\n", data.Rows(), scores.Score)
	return mlp.SaveFile(model, net)
}

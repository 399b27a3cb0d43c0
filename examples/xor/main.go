// Xor learns the exclusive or, which no network without a hidden layer can.
package main

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func main() {
	x := mat.NewDense(4, 2, []float64{
		0, 0,
		0, 1,
		1, 0,
		1, 1,
	})
	y := mat.NewDense(4, 1, []float64{0, 1, 1, 0})

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 8, mlp.Tanh),
		mlp.Dense(8, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:    500,
		BatchSize: 4,
		Optimizer: mlp.SGD{LearningRate: 0.5, Momentum: 0.9},
	})
	if err != nil {
		log.Fatal(err)
	}
	first, last := history.Epochs[0], history.Epochs[len(history.Epochs)-1]
	fmt.Printf("loss %.4f after epoch %d, %.4f after epoch %d\n", first.Train.Loss, first.Number, last.Train.Loss, last.Number)

	yhat, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	for i := range 4 {
		fmt.Printf("%v xor %v = %v\n", x.At(i, 0), x.At(i, 1), yhat.At(i, 0))
	}
}

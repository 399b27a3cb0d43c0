package mlp_test

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A network trains in single precision, and a Predictor made from it answers
// single samples without allocating.
func ExampleFreeze() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	y := mat.NewDense(4, 1, []float64{0, 1, 1, 0})
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 8, mlp.Tanh),
		mlp.Dense(8, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1), mlp.WithPrecision(mlp.Float32))
	if err != nil {
		log.Fatal(err)
	}
	opts := mlp.FitOptions{Epochs: 300, Optimizer: mlp.Adam{LearningRate: 0.05}}
	if _, err := net.Fit(context.Background(), x, y, opts); err != nil {
		log.Fatal(err)
	}
	predictor, err := mlp.Freeze(net)
	if err != nil {
		log.Fatal(err)
	}
	var answer [1]float32
	if err := predictor.PredictRow32(answer[:], []float32{0, 1}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer[0])
	// Output: 1
}

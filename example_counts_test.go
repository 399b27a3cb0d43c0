package mlp_test

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Counts are predicted with Identity as the last activation: Forward returns
// logarithms, Predict the expected counts.
func ExamplePoisson() {
	x := mat.NewDense(6, 1, []float64{0, 0, 1, 1, 2, 2})
	y := mat.NewDense(6, 1, []float64{0, 2, 1, 3, 3, 5}) // on average 1, 2 and 4
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.Poisson, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Optimizer: mlp.LBFGS{}}); err != nil {
		log.Fatal(err)
	}
	x = mat.NewDense(3, 1, []float64{0, 1, 2})
	logarithms, err := net.Forward(x)
	if err != nil {
		log.Fatal(err)
	}
	counts, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", mat.Formatted(logarithms.T()))
	fmt.Printf("%.3f\n", mat.Formatted(counts.T()))
	// Output:
	// [0.000  0.693  1.386]
	// [1.000  2.000  4.000]
}

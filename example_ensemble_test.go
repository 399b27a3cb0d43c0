package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Networks trained with different seeds are better together.
func ExampleEnsemble() {
	const train, rows = 20, 500
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
	for i := range rows {
		v := 6 * rng.Float64()
		x.Set(i, 0, v)
		y.Set(i, 0, math.Sin(v)+0.3*rng.NormFloat64())
	}
	xtest, ytest := x.Slice(train, rows, 0, 1), y.Slice(train, rows, 0, 1)

	var members []mlp.Network
	mean := 0.0
	for seed := range uint64(5) {
		net, err := mlp.Model([]mlp.Layer{
			mlp.Dense(1, 32, mlp.Tanh),
			mlp.Dense(32, 1, mlp.Identity),
		}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		if err != nil {
			log.Fatal(err)
		}
		opts := mlp.FitOptions{Epochs: 1000, Optimizer: mlp.Adam{LearningRate: 0.05}, BatchSize: 4}
		if _, err := net.Fit(context.Background(), x.Slice(0, train, 0, 1), y.Slice(0, train, 0, 1), opts); err != nil {
			log.Fatal(err)
		}
		scores, err := net.Evaluate(xtest, ytest)
		if err != nil {
			log.Fatal(err)
		}
		mean += scores.Score / 5
		members = append(members, net)
	}
	net, err := mlp.Ensemble(members...)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := net.Evaluate(xtest, ytest)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("better than its members on average:", scores.Score > mean)
	// Output:
	// better than its members on average: true
}

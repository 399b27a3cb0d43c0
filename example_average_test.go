package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Each part of the rows trains a copy of the network, on a machine of its own for
// example, and the copies become one network again, round after round.
func ExampleAverage() {
	const parts, rows, rounds = 4, 100, 20
	x, y := mat.NewDense(parts*rows, 1, nil), mat.NewDense(parts*rows, 1, nil)
	for i := range parts * rows {
		v := math.Mod(float64(i)*0.618, 1)
		x.Set(i, 0, v)
		y.Set(i, 0, math.Sin(6*v))
	}

	start, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 16, mlp.Tanh), mlp.Dense(16, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	net := start.(*mlp.Regressor)
	for round := range rounds {
		file, err := net.MarshalBinary()
		if err != nil {
			log.Fatal(err)
		}
		members, weights := make([]mlp.Network, parts), make([]float64, parts)
		for part := range parts {
			member := &mlp.Regressor{}
			if err := member.UnmarshalBinary(file); err != nil {
				log.Fatal(err)
			}
			lo, hi := part*rows, (part+1)*rows
			opts := mlp.FitOptions{Epochs: 5, Optimizer: mlp.Adam{LearningRate: 0.05}, BatchSize: 10, Seed: uint64(1 + round*parts + part)}
			if _, err := member.Fit(context.Background(), x.Slice(lo, hi, 0, 1), y.Slice(lo, hi, 0, 1), opts); err != nil {
				log.Fatal(err)
			}
			members[part], weights[part] = member, rows
		}
		average, err := mlp.Average(members, weights)
		if err != nil {
			log.Fatal(err)
		}
		net = average.(*mlp.Regressor)
	}
	scores, err := net.Evaluate(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("R² after %d rounds: %.2f\n", rounds, scores.Score)
	// Output:
	// R² after 20 rounds: 0.99
}

package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Trained layers are reused for new classes: a network of all layers except the
// last one computes the features that a new last layer learns from, while the
// trained layers stay unchanged. Then all layers are trained together with a
// small learning rate.
func ExampleNetwork_fineTuning() {
	x, y := points(2)
	old, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 16, mlp.Tanh),
		mlp.Dense(16, 2, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := old.Fit(ctx, x, y, mlp.FitOptions{Epochs: 50}); err != nil {
		log.Fatal(err)
	}

	x, y = points(4)
	body := old.Layers()[:1]
	head := mlp.Dense(16, 4, mlp.Softmax)

	frozen, err := mlp.Model(body, mlp.MeanSquaredError) // never fitted: any loss will do
	if err != nil {
		log.Fatal(err)
	}
	features, err := frozen.Forward(x)
	if err != nil {
		log.Fatal(err)
	}
	top, err := mlp.Model([]mlp.Layer{head}, mlp.CategoricalCrossEntropy, mlp.WithSeed(2))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := top.Fit(ctx, features, y, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.01}}); err != nil {
		log.Fatal(err)
	}

	net, err := mlp.Model([]mlp.Layer{body[0], head}, mlp.CategoricalCrossEntropy, mlp.WithSeed(3))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(ctx, x, y, mlp.FitOptions{Epochs: 10, Optimizer: mlp.Adam{LearningRate: 1e-4}}); err != nil {
		log.Fatal(err)
	}
	scores, err := net.Evaluate(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.2f\n", scores.Score)
	// Output: accuracy 1.00
}

// points returns points around the first corners of a square, and the corner
// that each belongs to.
func points(corners int) (x, y *mat.Dense) {
	const each = 25
	rng := rand.New(rand.NewPCG(1, 1))
	x, y = mat.NewDense(corners*each, 2, nil), mat.NewDense(corners*each, corners, nil)
	for i := range corners * each {
		corner := i % corners
		x.SetRow(i, []float64{float64(corner&1) + 0.1*rng.NormFloat64(), float64(corner>>1) + 0.1*rng.NormFloat64()})
		y.Set(i, corner, 1)
	}
	return x, y
}

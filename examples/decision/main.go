// Decision tells three arms of a spiral apart, which no straight line does.
// With
//
//	go run ./examples/decision -plots .
//
// it also draws where the network sees which arm.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
	"example.com/mlp/progress"
)

func main() {
	folder := flag.String("plots", "", "folder for the picture; none is drawn without it")
	flag.Parse()
	if err := run(*folder); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	x, y := spiral(100, 1)
	xtest, ytest := spiral(100, 2)

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 32, mlp.Tanh),
		mlp.Dense(32, 32, mlp.Tanh),
		mlp.Dense(32, arms, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		return err
	}
	_, err = net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:    200,
		Optimizer: mlp.Adam{LearningRate: 0.01},
		Callbacks: []mlp.Callback{progress.New(os.Stderr)},
	})
	if err != nil {
		return err
	}

	scores, err := net.Evaluate(xtest, ytest)
	if err != nil {
		return err
	}
	fmt.Printf("accuracy %.2f on other points of the arms\n", scores.Score)
	if folder == "" {
		return nil
	}

	figure, err := plots.DecisionBoundary(net.Predict, x, y, "arm 0", "arm 1", "arm 2")
	if err != nil {
		return err
	}
	figure.X.Label.Text, figure.Y.Label.Text = "x", "y"
	return figure.SaveFile(filepath.Join(folder, "decision.png"))
}

const arms = 3

// spiral returns so many points on each arm, with some noise, and their arms
// as one-hot rows.
func spiral(points int, seed uint64) (x, y *mat.Dense) {
	rng := rand.New(rand.NewPCG(seed, 0))
	x, y = mat.NewDense(arms*points, 2, nil), mat.NewDense(arms*points, arms, nil)
	for i := range arms * points {
		arm := i % arms
		radius := rng.Float64()
		angle := 2*math.Pi*float64(arm)/arms + 4*radius + 0.2*rng.NormFloat64()
		x.SetRow(i, []float64{radius * math.Cos(angle), radius * math.Sin(angle)})
		y.Set(i, arm, 1)
	}
	return x, y
}

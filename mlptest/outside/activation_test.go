package outside_test

import (
	"math"
	"testing"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Bump is the activation exp(−z²).
type Bump struct{}

func (Bump) Name() string { return "bump" }

func (Bump) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = math.Exp(-v * v)
	}
}

func (Bump) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		dz[i] = -2 * v * y[i] * dy[i]
	}
}

func TestActivation(t *testing.T) {
	mlptest.CheckActivation(t, Bump{})
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(3, 2, Bump{}) })
	train(t, mlp.MeanSquaredError, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}},
		mlp.Dense(2, 8, Bump{}), mlp.Dense(8, 1, mlp.Identity))
}

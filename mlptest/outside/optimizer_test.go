package outside_test

import (
	"math"
	"testing"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// SignDescent moves every weight by LearningRate against the sign of its
// gradient, scaled by the schedule.
type SignDescent struct{ LearningRate float64 }

func (SignDescent) Name() string    { return "sign_descent" }
func (o SignDescent) Rate() float64 { return o.LearningRate }
func (SignDescent) Slots() int      { return 0 }

func (o SignDescent) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	for i, v := range g {
		if v != 0 {
			w[i] -= o.LearningRate * scale * math.Copysign(1, v)
		}
	}
}

func TestOptimizer(t *testing.T) {
	mlptest.CheckOptimizer(t, SignDescent{LearningRate: 0.01})
	train(t, mlp.MeanSquaredError, mlp.FitOptions{Epochs: 200, Optimizer: SignDescent{LearningRate: 0.01}, Schedule: mlp.CosineDecay{Epochs: 200}},
		mlp.Dense(2, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity))
}

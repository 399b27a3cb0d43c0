package outside_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Charbonnier is the mean of √(1 + (ŷ − y)²) − 1 over all entries.
type Charbonnier struct{}

func (Charbonnier) Name() string   { return "charbonnier" }
func (Charbonnier) Task() mlp.Task { return mlp.Regression }

func (Charbonnier) Eval(grad, yhat, y *mat.Dense) float64 {
	rows, cols := y.Dims()
	n := float64(rows * cols)
	sum := 0.0
	for i := range rows {
		targets := y.RawRowView(i)
		for j, v := range yhat.RawRowView(i) {
			d := v - targets[j]
			root := math.Hypot(1, d)
			sum += root - 1
			if grad != nil {
				grad.Set(i, j, d/root/n)
			}
		}
	}
	return sum / n
}

func TestLoss(t *testing.T) {
	mlptest.CheckLoss(t, Charbonnier{})
	net := train(t, Charbonnier{}, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}},
		mlp.Dense(2, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity))
	if _, ok := net.(*mlp.Regressor); !ok {
		t.Errorf("a loss of a Regression makes a %T", net)
	}
}

package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A deep stack of residual blocks learns a target that needs all of its inputs.
func TestResidualLearns(t *testing.T) {
	x, classes, _, numbers := samples(90)
	block := func() mlp.Layer {
		return mlp.Residual(mlp.LayerNorm(8), mlp.Dense(8, 8, mlp.ReLU), mlp.Dense(8, 8, mlp.Identity))
	}
	stack := func(output mlp.Layer) []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 8, mlp.Identity), block(), block(), block(), block(), block(), block(), output}
	}
	for _, c := range []struct {
		net  mlp.Network
		y    *mat.Dense
		goal float64
	}{
		{model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, stack(mlp.Dense(8, 3, mlp.Softmax))...), classes, 0.99},
		{model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, stack(mlp.Dense(8, 2, mlp.Identity))...), numbers, 0.95},
	} {
		fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.005}})
		scores, err := c.net.Evaluate(x, c.y)
		if err != nil || scores.Score < c.goal {
			t.Errorf("%T: %+v, %v", c.net, scores, err)
		}
	}
}

func TestResidualParameters(t *testing.T) {
	l := mlp.Residual(mlp.Dense(3, 2, mlp.Tanh), mlp.Residual(mlp.BatchNorm(2)), mlp.Dense(2, 3, mlp.Identity, mlp.WithoutBias()))
	want := []string{"0.weight", "0.bias", "1.0.weight", "1.0.bias", "1.0.running_mean", "1.0.running_var", "2.weight"}
	params, grads := l.Params(), l.NewPass(1, nil).Grads()
	if len(params) != len(want) || len(grads) != len(want) {
		t.Fatalf("%d parameters and %d gradients, want %d", len(params), len(grads), len(want))
	}
	for i, p := range params {
		if p.Name != want[i] {
			t.Errorf("parameter %d is %q, want %q", i, p.Name, want[i])
		}
		if state := i == 4 || i == 5; state != (grads[i] == nil) {
			t.Errorf("gradient of %q: %v", p.Name, grads[i])
		}
	}
}

// y = x + x·W
func TestResidualByHand(t *testing.T) {
	dense := mlp.Dense(2, 2, mlp.Identity)
	l := mlp.Residual(dense)
	dense.Params()[0].Value.Copy(mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
	x, want := row([]float64{10, 20}), row([]float64{10 + 70, 20 + 100})
	nearMatrix(t, "Infer", infer(l, x), want, 0)
	pass := l.NewPass(1, nil)
	nearMatrix(t, "Forward", pass.Forward(x), want, 0)
	nearMatrix(t, "Backward", pass.Backward(row([]float64{1, -1}), true), row([]float64{0, -2}), 0) // dy + dy·Wᵀ
}

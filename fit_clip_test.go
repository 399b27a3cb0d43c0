package mlp_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The norm is that of the last step's gradient, after ClipValue and before
// ClipNorm.
func TestGradientNorm(t *testing.T) {
	x, _, _, numbers := samples(20)
	norm := func(opts mlp.FitOptions) float64 {
		opts.Epochs, opts.BatchSize, opts.Optimizer, opts.KeepOrder = 1, 12, mlp.SGD{}, true
		return fit(t, regressor(t, mlp.WithSeed(1)), x, numbers, opts).Epochs[0].GradientNorm
	}
	// The last step uses rows 12 to 20 and starts from the weights after the
	// first.
	net := regressor(t, mlp.WithSeed(1))
	fit(t, net, x.Slice(0, 12, 0, 4), numbers.Slice(0, 12, 0, 2), mlp.FitOptions{Epochs: 1, BatchSize: 12, Optimizer: mlp.SGD{}, KeepOrder: true})
	_, grad := gradientByFit(t, net, x.Slice(12, 20, 0, 4), numbers.Slice(12, 20, 0, 2), mlp.FitOptions{})
	want := mat.Norm(row(grad), 2)
	near(t, "norm", norm(mlp.FitOptions{}), want, 1e-12)
	if got := norm(mlp.FitOptions{ClipNorm: want / 10}); !(got > want/2) {
		t.Errorf("the norm is %v after clipping from about %v", got, want)
	}
	if got := norm(mlp.FitOptions{ClipValue: 1e-3}); !(got <= 1e-3*6.1) { // 37 entries
		t.Errorf("the norm of values up to 1e-3 is %v", got)
	}
}

// Squares that overflow must not make a norm infinite, which would clip the
// gradient to nothing.
func TestClippingHugeGradients(t *testing.T) {
	x, _, _, numbers := samples(20)
	numbers.Scale(1e153, numbers)
	net := model(t, mlp.MeanAbsoluteError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	x.Scale(1e200, x)
	before := weights(net)
	h := fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1, BatchSize: 20, Optimizer: mlp.SGD{LearningRate: 1}, ClipNorm: 1e-3})
	near(t, "gradient norm / 1e200", h.Epochs[0].GradientNorm/1e200, 1.1, 0.9)
	var moved []float64
	for i, w := range weights(net) {
		moved = append(moved, w-before[i])
	}
	near(t, "step", mat.Norm(row(moved), 2), 1e-3, 1e-9)
}

func TestClipping(t *testing.T) {
	x, _, _, numbers := samples(20)
	grads := func(opts mlp.FitOptions) []float64 {
		net := regressor(t, mlp.WithSeed(4))
		_, g := gradientByFit(t, net, x, numbers, opts)
		return g
	}
	norm := func(g []float64) float64 { return mat.Norm(mat.NewVecDense(len(g), g), 2) }
	free := grads(mlp.FitOptions{})
	full := norm(free)

	clipped := grads(mlp.FitOptions{ClipNorm: full / 3})
	for i := range free {
		near(t, "gradient clipped by norm", clipped[i], free[i]/3, 1e-12)
	}
	loose := grads(mlp.FitOptions{ClipNorm: 2 * full, ClipValue: 1e6})
	for i := range free {
		near(t, "gradient within the limits", loose[i], free[i], 1e-15)
	}
	limit := slices.Max(free) / 2
	for i, v := range grads(mlp.FitOptions{ClipValue: limit}) {
		near(t, "gradient clipped by value", v, max(-limit, min(limit, free[i])), 1e-12)
	}
	both := grads(mlp.FitOptions{ClipValue: limit, ClipNorm: 0.01})
	near(t, "norm after both", norm(both), 0.01, 1e-12)
}

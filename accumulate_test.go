package mlp_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Four batches of 8 are one of 32, with weights of the rows, penalties,
// constraints, clipping, averages and a short last group of a short last
// batch.
func TestAccumulatedBatchesAreOne(t *testing.T) {
	for _, rows := range []int{64, 64 + 19, 64 + 8, 64 + 3} {
		x, classes, _, _ := samples(rows)
		var w []float64
		for i := range rows {
			w = append(w, float64(i%4)) // some count nothing
		}
		clear(w[8:40]) // whole batches and, without shuffling, a whole step count nothing
		for name, opts := range map[string]mlp.FitOptions{
			"plain":    {},
			"ordered":  {KeepOrder: true},
			"weighted": {SampleWeights: w, ClassWeights: []float64{1, 2, 3}, KeepOrder: true},
			"all":      {SampleWeights: w, ClipNorm: 0.1, ClipValue: 0.05, AverageDecay: 0.9, Schedule: mlp.Warmup{Epochs: 2}},
		} {
			train := func(batch, steps int) (mlp.Network, *mlp.History, *recorder) {
				net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
					mlp.Dense(4, 6, mlp.Tanh, mlp.WithL2(0.01), mlp.WithMaxNorm(1)), mlp.Dense(6, 3, mlp.Softmax, mlp.WithL1(0.001)))
				r := &recorder{}
				opts := opts
				opts.Epochs, opts.BatchSize, opts.AccumulateSteps = 3, batch, steps
				opts.Optimizer, opts.Callbacks = mlp.SGD{LearningRate: 0.1, Momentum: 0.9}, []mlp.Callback{r}
				return net, fit(t, net, x, classes, opts), r
			}
			what := fmt.Sprintf("%s, %d rows", name, rows)
			want, hw, rw := train(32, 1)
			got, hg, rg := train(8, 4)
			nearAll(t, what+": weights", weights(got), weights(want), 1e-12)
			for i, e := range hw.Epochs {
				near(t, what+": loss", hg.Epochs[i].Train.Loss, e.Train.Loss, 1e-12)
				near(t, what+": score", hg.Epochs[i].Train.Score, e.Train.Score, 1e-12)
				near(t, what+": gradient norm", hg.Epochs[i].GradientNorm, e.GradientNorm, 1e-12)
				near(t, what+": learning rate", hg.Epochs[i].LearningRate, e.LearningRate, 0)
			}
			if !slices.Equal(rg.events, rw.events) || rg.run.Steps != rw.run.Steps || rg.rows != rw.rows {
				t.Errorf("%s: callbacks see %v (%d rows), want %v (%d)", what, rg.events, rg.rows, rw.events, rw.rows)
			}
			near(t, what+": losses of the batches", rg.loss, rw.loss, 1e-10)
		}
	}
}

func nearAll(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	nearMatrix(t, what, row(got), row(want), tol)
}

func TestMistakesInAccumulateStepsAndAverageDecay(t *testing.T) {
	x, classes, _, _ := samples(9)
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{AccumulateSteps: -1}, "mlp: Fit: AccumulateSteps is -1, want at least 1 (or 0 for the default)"},
		{mlp.FitOptions{AverageDecay: 1}, "mlp: Fit: AverageDecay is 1, want a number in [0, 1)"},
		{mlp.FitOptions{AverageDecay: -0.5}, "mlp: Fit: AverageDecay is -0.5, want a number in [0, 1)"},
	} {
		if _, err := classifier(t).Fit(context.Background(), x, classes, c.opts); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// The norm is that of the last step's gradient, after ClipValue and before
// ClipNorm.
func TestGradientNorm(t *testing.T) {
	x, _, _, numbers := samples(20)
	norm := func(opts mlp.FitOptions) float64 {
		opts.Epochs, opts.BatchSize, opts.Optimizer, opts.KeepOrder = 1, 12, mlp.SGD{}, true
		return fit(t, regressor(t, mlp.WithSeed(1)), x, numbers, opts).Epochs[0].GradientNorm
	}
	// The last step is on rows 12 to 20 from the weights after the first.
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

package mlp_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"example.com/mlp"
)

// Four batches of 8 are equivalent to one of 32, with row weights, penalties,
// constraints, clipping, averages and a short last group with a short last
// batch.
func TestAccumulatedBatchesAreOne(t *testing.T) {
	for _, rows := range []int{64, 64 + 19, 64 + 8, 64 + 3} {
		x, classes, _, _ := samples(rows)
		var w []float64
		for i := range rows {
			w = append(w, float64(i%4)) // some are zero
		}
		clear(w[8:40]) // whole batches and, without shuffling, a whole step have no weight
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

package mlp_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"example.com/mlp"
)

// The average is computed from the weights after each step, which are those of
// the same run without an average.
func TestAverageDecay(t *testing.T) {
	x, classes, _, _ := samples(40)
	const decay = 0.8
	build := func() mlp.Network {
		return model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
			mlp.Dense(4, 6, mlp.ReLU), mlp.BatchNorm(6), mlp.Dense(6, 3, mlp.Softmax))
	}
	opts := mlp.FitOptions{Epochs: 4, BatchSize: 16, Validation: &mlp.Dataset{X: x, Y: classes}}
	plain := build()
	var average []float64
	var atEpochs [][]float64
	opts.Callbacks = []mlp.Callback{onBatch(func(b *mlp.Batch) error {
		w := weights(plain)
		if average == nil {
			average = w
		}
		for i := range w {
			average[i] = decay*average[i] + (1-decay)*w[i]
		}
		return nil
	}), mlp.CallbackFunc(func(*mlp.Epoch) error {
		w := append([]float64(nil), average...)
		copy(w[4*6+6+12:], statistics(x, w[:4*6], w[4*6:][:6], 16))
		atEpochs = append(atEpochs, w)
		return nil
	})}
	hp := fit(t, plain, x, classes, opts)

	net := build()
	opts.AverageDecay = decay
	opts.Callbacks = []mlp.Callback{mlp.CallbackFunc(func(e *mlp.Epoch) error {
		nearAll(t, "average", weights(net), atEpochs[e.Number-1], 1e-14)
		scores, err := net.Evaluate(x, classes)
		if scores != *e.Validation {
			t.Errorf("epoch %d: validation says %+v, the network scores %+v", e.Number, *e.Validation, scores)
		}
		return err
	}), &mlp.EarlyStopping{Monitor: script(3, 1, 2, 2)}}
	h := fit(t, net, x, classes, opts)
	nearAll(t, "average of the best epoch", weights(net), atEpochs[1], 1e-14)
	for i, e := range h.Epochs {
		if e.Train != hp.Epochs[i].Train {
			t.Errorf("epoch %d: the steps are others, %+v and %+v", i+1, e.Train, hp.Epochs[i].Train)
		}
	}

	last := build()
	opts.Callbacks = nil
	fit(t, last, x, classes, opts)
	nearAll(t, "average at the end", weights(last), atEpochs[3], 1e-14)
}

// statistics returns the running statistics that a BatchNorm after a dense layer
// with ReLU computes from the rows of x in their order, in batches of the given
// size: the means of those of the batches, weighted by their rows.
func statistics(x *mat.Dense, weight, bias []float64, size int) []float64 {
	rows, _ := x.Dims()
	all := make([]float64, 2*len(bias))
	for lo := 0; lo < rows; lo += size {
		n := min(size, rows-lo)
		for j := range bias {
			column := make([]float64, n)
			for i := range column {
				z := bias[j]
				for k, v := range x.RawRowView(lo + i) {
					z += v * weight[k*len(bias)+j]
				}
				column[i] = max(z, 0)
			}
			mean, variance := stat.MeanVariance(column, nil)
			all[j] += mean * float64(n) / float64(rows)
			all[len(bias)+j] += variance * float64(n) / float64(rows)
		}
	}
	return all
}

// The statistics cannot be computed unless all rows are available.
func TestAverageOfStatisticsNeedsAllRows(t *testing.T) {
	x, _, _, numbers := samples(40)
	net := model(t, mlp.MeanSquaredError, nil, mlp.Residual(mlp.Dense(4, 4, mlp.ReLU), mlp.BatchNorm(4)), mlp.Dense(4, 2, mlp.Identity))
	_, err1 := net.FitBatches(context.Background(), inBatches(x, numbers, 20, 20), mlp.FitOptions{AverageDecay: 0.9})
	_, err2 := mlp.NewTrainer(net, mlp.FitOptions{AverageDecay: 0.9})
	for call, err := range map[string]error{"FitBatches": err1, "NewTrainer": err2} {
		want := "mlp: " + call + ": AverageDecay with BatchNorm, whose statistics Fit takes anew for the average from all rows: use Fit, or leave out AverageDecay"
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAverageAfterCancelAndDivergence(t *testing.T) {
	x, _, _, numbers := samples(40)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	net, plain := regressor(t, mlp.WithSeed(1)), regressor(t, mlp.WithSeed(1))
	opts := mlp.FitOptions{BatchSize: 10, AverageDecay: 0.5}
	opts.Callbacks = []mlp.Callback{cancelAt(2, 2, cancel)}
	if _, err := net.Fit(ctx, x, numbers, opts); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// The weights after six steps of the same run.
	var average []float64
	opts = mlp.FitOptions{Epochs: 2, BatchSize: 10, Callbacks: []mlp.Callback{onBatch(func(b *mlp.Batch) error {
		if b.Epoch == 2 && b.Step > 2 {
			return nil
		}
		w := weights(plain)
		if average == nil {
			average = w
		}
		for i := range w {
			average[i] = (average[i] + w[i]) / 2
		}
		return nil
	})}}
	fit(t, plain, x, numbers, opts)
	nearAll(t, "average in the middle of an epoch", weights(net), average, 1e-14)

	net = regressor(t, mlp.WithSeed(1))
	var kept []float64
	_, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{
		BatchSize: 10, AverageDecay: 0.5, Optimizer: mlp.SGD{LearningRate: 1e-3}, Schedule: blowUp{3},
		Callbacks: []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error { kept = weights(net); return nil })},
	})
	var diverged *mlp.DivergedError
	if !errors.As(err, &diverged) || diverged.Epoch != 4 || !sameBits(weights(net), kept) {
		t.Errorf("the weights are not the average of the last whole epoch (%v)", err)
	}
}

// blowUp makes a run diverge from a given epoch on.
type blowUp struct{ from float64 }

func (s blowUp) Scale(epoch float64) float64 {
	if epoch >= s.from {
		return math.MaxFloat64
	}
	return 1
}

package acceptance_test

import (
	"runtime"
	"testing"

	"example.com/mlp"
)

// A million steps take no more memory than a thousand.
func TestLongRunsKeepTheirMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a million steps are not for -short")
	}
	const rows, batch, steps = 800, 8, 1_000_000
	x, classes, _, _ := samples(rows)
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 8, mlp.ReLU), mlp.Dense(8, 3, mlp.Softmax))
	var after [2]runtime.MemStats
	measure := func(m *runtime.MemStats) {
		runtime.GC()
		runtime.ReadMemStats(m)
	}
	const epochs = steps / (rows / batch)
	fit(t, net, x, classes, mlp.FitOptions{Epochs: epochs, BatchSize: batch, Optimizer: mlp.SGD{LearningRate: 1e-3}, Callbacks: []mlp.Callback{mlp.CallbackFunc(func(e *mlp.Epoch) error {
		switch e.Number {
		case 10:
			measure(&after[0])
		case epochs:
			measure(&after[1])
		}
		return nil
	})}})
	const history = 3 * epochs * 100 // the Epochs, in a slice that doubles
	if grown := int64(after[1].HeapAlloc) - int64(after[0].HeapAlloc); grown > history {
		t.Errorf("the heap grows by %d bytes over %d steps", grown, steps)
	}
	if objects := after[1].Mallocs - after[0].Mallocs; objects > 2*epochs {
		t.Errorf("%d allocations in %d epochs", objects, epochs)
	}
}

// After a hundred thousand steps, a run that is resumed again and again has not
// drifted from one that was never interrupted.
func TestLongRunsResume(t *testing.T) {
	const rows, batch, epochs = 80, 8, 10_000
	x, classes, _, _ := samples(rows)
	build := func() mlp.Network {
		return model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 8, mlp.ReLU), mlp.Dense(8, 3, mlp.Softmax))
	}
	opts := mlp.FitOptions{Epochs: epochs, BatchSize: batch}
	whole := build()
	fit(t, whole, x, classes, opts)

	var net mlp.Network
	var state *mlp.TrainingState
	for _, end := range []int{1, 3_333, 9_999, epochs} {
		net = build()
		last := &lastState{epoch: end}
		opts := opts
		opts.Epochs, opts.Resume, opts.Callbacks = end, state, []mlp.Callback{last}
		fit(t, net, x, classes, opts)
		state = last.state
	}
	if !sameBits(weights(net), weights(whole)) {
		t.Error("other weights")
	}
}

// lastState keeps the state after an epoch.
type lastState struct {
	epoch int
	state *mlp.TrainingState
}

func (*lastState) EpochEnd(*mlp.Epoch) error { return nil }

func (l *lastState) Checkpoint(epoch int, take func() (*mlp.TrainingState, error)) (err error) {
	if epoch == l.epoch {
		l.state, err = take()
	}
	return err
}

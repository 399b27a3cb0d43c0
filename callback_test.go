package mlp_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestCallbacks(t *testing.T) {
	x, classes, _, _ := samples(10)
	boom := errors.New("boom")
	for _, c := range []struct {
		failAt string
		err    error
		want   []string
		epochs int
	}{
		{"", nil, []string{"begin", "batch 1.1", "batch 1.2", "batch 1.3", "epoch 1", "batch 2.1", "batch 2.2", "batch 2.3", "epoch 2", "end"}, 2},
		{"begin", boom, []string{"begin"}, 0},
		{"batch 1.2", boom, []string{"begin", "batch 1.1", "batch 1.2", "end"}, 0},
		{"epoch 1", boom, []string{"begin", "batch 1.1", "batch 1.2", "batch 1.3", "epoch 1", "end"}, 1},
		{"batch 2.1", mlp.ErrStop, []string{"begin", "batch 1.1", "batch 1.2", "batch 1.3", "epoch 1", "batch 2.1", "end"}, 1},
		{"epoch 1", mlp.ErrStop, []string{"begin", "batch 1.1", "batch 1.2", "batch 1.3", "epoch 1", "end"}, 1},
	} {
		r := &recorder{failAt: c.failAt, err: c.err}
		net := classifier(t)
		h, err := net.Fit(context.Background(), x, classes, mlp.FitOptions{Epochs: 2, BatchSize: 4, Callbacks: []mlp.Callback{r}})
		want := c.err
		if errors.Is(c.err, mlp.ErrStop) {
			want = nil
		}
		if !errors.Is(err, want) {
			t.Errorf("%q: Fit returns %v, want %v", c.failAt, err, want)
		}
		if len(h.Epochs) != c.epochs {
			t.Errorf("%q: %d epochs, want %d", c.failAt, len(h.Epochs), c.epochs)
		}
		if !slices.Equal(r.events, c.want) {
			t.Errorf("%q: events %v, want %v", c.failAt, r.events, c.want)
		}
		if r.run.Network != net || r.run.Rows != 10 || r.run.Epochs != 2 || r.run.Steps != 3 {
			t.Errorf("%q: run %+v", c.failAt, r.run)
		}
		if c.failAt == "epoch 1" {
			near(t, "epoch loss against the mean over rows", h.Epochs[0].Train.Loss, r.loss/float64(r.rows), 1e-12)
		}
	}
}

func TestPanicInACallbackLeavesFiniteWeights(t *testing.T) {
	x, _, _, numbers := samples(40)
	numbers.Scale(1e5, numbers) // the first step overflows
	net := regressor(t)
	opts := mlp.FitOptions{
		Optimizer: mlp.SGD{LearningRate: math.MaxFloat64},
		Callbacks: []mlp.Callback{onBatch(func(*mlp.Batch) error { panic("boom") })},
	}
	func() {
		defer func() {
			if recover() != "boom" {
				t.Error("the panic is gone")
			}
		}()
		_, _ = net.Fit(context.Background(), x, numbers, opts)
	}()
	if _, err := net.Predict(x); err != nil {
		t.Error(err)
	}
	if slices.ContainsFunc(weights(net), notFinite) {
		t.Error("weights are not finite")
	}
}

// spoiler is a callback that writes NaN into the weights at one event.
type spoiler struct {
	net   mlp.Network
	event string
	epoch int
}

func (s spoiler) spoil(event string, epoch int) error {
	if s.event == event && s.epoch == epoch {
		s.net.Layers()[0].Params()[0].Value.Set(0, 0, math.NaN())
	}
	return nil
}

func (s spoiler) FitBegin(*mlp.Run) error     { return s.spoil("FitBegin", 0) }
func (s spoiler) EpochEnd(e *mlp.Epoch) error { return s.spoil("EpochEnd", e.Number) }
func (s spoiler) FitEnd(h *mlp.History)       { _ = s.spoil("FitEnd", 0) }

func TestCallbacksThatSpoilWeights(t *testing.T) {
	x, y := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1}), mat.NewDense(4, 1, []float64{0, 1, 1, 0})
	for name, opts := range map[string]mlp.FitOptions{"steps": {}, "LBFGS": {Optimizer: mlp.LBFGS{}}, "average": {AverageDecay: 0.9}} {
		for _, s := range []spoiler{{event: "FitBegin"}, {event: "EpochEnd", epoch: 1}, {event: "EpochEnd", epoch: 2}, {event: "FitEnd"}} {
			net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 3, mlp.Tanh), mlp.Dense(3, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
			if err != nil {
				t.Fatal(err)
			}
			s.net = net
			opts.Epochs, opts.Callbacks = 2, []mlp.Callback{s}
			_, err = net.Fit(context.Background(), x, y, opts)
			if told := errors.Is(err, mlp.ErrNotFinite); told != (s.event != "FitEnd") {
				t.Errorf("%s, %s %d: %v", name, s.event, s.epoch, err)
			}
			if _, err := net.Evaluate(x, y); err != nil {
				t.Errorf("%s, %s %d: the network is left with %v", name, s.event, s.epoch, err)
			}
		}
	}
}

// After a panic in one callback, all callbacks that have begun can serve
// another run.
func TestCallbacksAfterAPanic(t *testing.T) {
	x, _, _, numbers := samples(10)
	for _, event := range []string{"begin", "batch", "epoch", "end"} {
		net := regressor(t)
		plateau := &mlp.ReduceOnPlateau{}
		before, after := &mlp.EarlyStopping{}, &mlp.Checkpoint{Path: filepath.Join(t.TempDir(), "run")}
		opts := mlp.FitOptions{Epochs: 1, Schedule: plateau, Callbacks: []mlp.Callback{before, panicking(event), after}}
		func() {
			defer func() {
				if v := recover(); v != event {
					t.Errorf("%s: recovered %v", event, v)
				}
			}()
			_, _ = net.Fit(context.Background(), x, numbers, opts)
		}()
		opts.Callbacks = []mlp.Callback{before, after}
		if _, err := net.Fit(context.Background(), x, numbers, opts); err != nil {
			t.Errorf("after a panic at %s: %v", event, err)
		}
	}
}

// panicking is a callback that panics at an event.
type panicking string

func (p panicking) at(event string) error {
	if event == string(p) {
		panic(event)
	}
	return nil
}

func (p panicking) FitBegin(*mlp.Run) error   { return p.at("begin") }
func (p panicking) BatchEnd(*mlp.Batch) error { return p.at("batch") }
func (p panicking) EpochEnd(*mlp.Epoch) error { return p.at("epoch") }
func (p panicking) FitEnd(*mlp.History)       { _ = p.at("end") }

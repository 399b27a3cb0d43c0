package mlp_test

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"example.com/mlp"
)

func TestEarlyStopping(t *testing.T) {
	x, classes, _, _ := samples(30)
	for _, c := range []struct {
		name     string
		stopping mlp.EarlyStopping
		best     int
		epochs   int
		stopped  bool
	}{
		{"stops", mlp.EarlyStopping{Patience: 2, Monitor: script(5, 4, 3, 4, 4, 0, 0, 0)}, 3, 5, true},
		{"patience that is enough", mlp.EarlyStopping{Patience: 3, Monitor: script(5, 4, 3, 4, 4, 2, 3, 3)}, 6, 8, false},
		{"negative values", mlp.EarlyStopping{Patience: 2, Monitor: script(-1, -5, -4, -3, 0, 0, 0, 0)}, 2, 4, true},
		{"equal is no improvement", mlp.EarlyStopping{Patience: 1, Monitor: script(1, 1, 0, 0, 0, 0, 0, 0)}, 1, 2, true},
		{"small steps", mlp.EarlyStopping{Patience: 2, MinDelta: 0.5, Monitor: script(3, 2.8, 2.6, 0, 0, 0, 0, 0)}, 1, 3, true},
		{"infinite at first", mlp.EarlyStopping{Patience: 2, Monitor: script(math.Inf(1), math.Inf(1), 2, 1, 1, 1, 0, 0)}, 4, 6, true},
		{"falls to the end", mlp.EarlyStopping{Monitor: script(8, 7, 6, 5, 4, 3, 2, 1)}, 8, 8, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := classifier(t)
			var after [][]float64
			h := fit(t, net, x, classes, mlp.FitOptions{Epochs: 8, Callbacks: []mlp.Callback{
				mlp.CallbackFunc(func(*mlp.Epoch) error { after = append(after, weights(net)); return nil }),
				&c.stopping,
			}})
			if h.BestEpoch != c.best || len(h.Epochs) != c.epochs || errors.Is(h.Stopped, mlp.ErrStop) != c.stopped {
				t.Errorf("best epoch %d of %d, stopped by %v; want %d of %d, %v", h.BestEpoch, len(h.Epochs), h.Stopped, c.best, c.epochs, c.stopped)
			}
			if !sameBits(weights(net), after[c.best-1]) {
				t.Error("the weights are not those of the best epoch")
			}
		})
	}
}

// The monitored loss is that of the weights after the epoch, and the history
// has the scores of the restored weights.
func TestBestLossBelongsToTheWeights(t *testing.T) {
	x, classes, _, _ := samples(30)
	rough := mlp.SGD{LearningRate: 3} // enough to get worse
	for name, c := range map[string]struct {
		opts    mlp.FitOptions
		monitor func(*mlp.Epoch) float64
	}{
		"training":               {mlp.FitOptions{}, nil},
		"validation":             {mlp.FitOptions{Validation: &mlp.Dataset{X: x, Y: classes}}, nil},
		"loss before each step":  {mlp.FitOptions{}, func(e *mlp.Epoch) float64 { return e.Train.Loss }},
		"averaged, training":     {mlp.FitOptions{AverageDecay: 0.5}, nil},
		"another validation set": {mlp.FitOptions{Validation: &mlp.Dataset{X: x.Slice(0, 9, 0, 4), Y: classes.Slice(0, 9, 0, 3)}}, nil},
	} {
		for _, keep := range []mlp.Callback{&mlp.EarlyStopping{Patience: 30, Monitor: c.monitor}, &mlp.KeepBest{Monitor: c.monitor}} {
			data := mlp.Dataset{X: x, Y: classes}
			if c.opts.Validation != nil {
				data = *c.opts.Validation
			}
			net := classifier(t, mlp.WithSeed(1))
			var after []mlp.Scores
			var evaluated []mlp.Scores // by Run.Evaluate
			var run *mlp.Run
			opts := c.opts
			opts.Epochs, opts.Optimizer = 30, rough
			opts.Callbacks = []mlp.Callback{keep, beginner(func(r *mlp.Run) error { run = r; return nil }), mlp.CallbackFunc(func(*mlp.Epoch) error {
				s, err := net.Evaluate(data.X, data.Y)
				after = append(after, s)
				if err != nil {
					return err
				}
				s, err = run.Evaluate()
				evaluated = append(evaluated, s)
				return err
			})}
			h := fit(t, net, x, classes, opts)
			kept, err := net.Evaluate(data.X, data.Y)
			if err != nil || h.Best == nil || *h.Best != kept {
				t.Errorf("%s: the history says %+v, the weights that are back have %+v (%v)", name, h.Best, kept, err)
			}
			if opts.Validation == nil && !slices.Equal(after, evaluated) {
				t.Errorf("%s: Run.Evaluate differs from Evaluate on the same rows", name)
			}
			if best := slices.MinFunc(after, func(a, b mlp.Scores) int { return cmp.Compare(a.Loss, b.Loss) }); c.monitor == nil && kept.Loss != best.Loss {
				t.Errorf("%s: a loss of %g is back, the smallest was %g", name, kept.Loss, best.Loss)
			}
		}
	}
}

// beginner is a function as a callback, called when a run begins.
type beginner func(r *mlp.Run) error

func (f beginner) FitBegin(r *mlp.Run) error { return f(r) }
func (f beginner) EpochEnd(*mlp.Epoch) error { return nil }

// FitBatches has no rows on which to compute the loss of the weights after an
// epoch.
func TestBestLossOfAStream(t *testing.T) {
	x, classes, _, _ := samples(30)
	for name, c := range map[string]mlp.Callback{"EarlyStopping": &mlp.EarlyStopping{}, "KeepBest": &mlp.KeepBest{}} {
		_, err := classifier(t).FitBatches(context.Background(), inBatches(x, classes, 30), mlp.FitOptions{Callbacks: []mlp.Callback{c}})
		want := "mlp: FitBatches: callback: " + name + ": FitBatches without Validation has no loss of the weights after an epoch, want Validation or a Monitor"
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	h, err := classifier(t).FitBatches(context.Background(), inBatches(x, classes, 30), mlp.FitOptions{
		Epochs: 2, Validation: &mlp.Dataset{X: x, Y: classes}, Callbacks: []mlp.Callback{&mlp.KeepBest{}},
	})
	if err != nil || h.Best == nil || *h.Best != *h.Epochs[h.BestEpoch-1].Validation {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestEarlyStoppingAfterCancelAndError(t *testing.T) {
	x, classes, _, _ := samples(30)
	for want, epoch := range map[error]int{
		context.Canceled: 3,
		mlp.ErrNotFinite: 4, // from the NaN below, before it would be canceled
	} {
		ctx, cancel := context.WithCancel(context.Background())
		net := classifier(t)
		var first []float64
		_, err := net.Fit(ctx, x, classes, mlp.FitOptions{Epochs: 5, BatchSize: 10, Callbacks: []mlp.Callback{
			cancelAt(epoch, 1, cancel),
			mlp.CallbackFunc(func(e *mlp.Epoch) error {
				if e.Number == 1 {
					first = weights(net)
				}
				return nil
			}),
			&mlp.EarlyStopping{Monitor: script(1, 2, math.NaN(), 0, 0)},
		}})
		cancel()
		if !errors.Is(err, want) {
			t.Errorf("Fit returns %v, want %v", err, want)
		}
		if !sameBits(weights(net), first) {
			t.Errorf("%v: the weights are not those of the best epoch", want)
		}
	}
}

// Callbacks before it and after it are notified of the same end.
func TestEarlyStoppingAtFitEnd(t *testing.T) {
	x, classes, _, _ := samples(30)
	var first []float64
	for _, stopping := range []mlp.Callback{
		&mlp.EarlyStopping{Patience: 2, Monitor: script(1, 2, 3)},
		struct{ *mlp.EarlyStopping }{&mlp.EarlyStopping{Patience: 2, Monitor: script(1, 2, 3)}},
		&mlp.KeepBest{Monitor: script(1, 2, 3)},
	} {
		net := classifier(t)
		ends := 0
		end := onFitEnd(func(h *mlp.History) {
			ends++
			if h.BestEpoch != 1 || !sameBits(weights(net), first) {
				t.Errorf("%T: best epoch %d, want 1 with its weights", stopping, h.BestEpoch)
			}
		})
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 3, Callbacks: []mlp.Callback{
			end, stopping, end,
			mlp.CallbackFunc(func(e *mlp.Epoch) error {
				if e.Number == 1 {
					first = weights(net)
				}
				return nil
			}),
		}})
		if ends != 2 {
			t.Errorf("%T: FitEnd is called %d times, want 2", stopping, ends)
		}
	}
}

// A run that another callback prevents from beginning has no best epoch.
func TestEarlyStoppingOfARunThatDoesNotBegin(t *testing.T) {
	x, classes, _, _ := samples(30)
	s := &mlp.EarlyStopping{}
	fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{s}})
	refusal := &recorder{failAt: "begin", err: errors.New("boom")}
	h, err := classifier(t).Fit(context.Background(), x, classes, mlp.FitOptions{Callbacks: []mlp.Callback{refusal, s}})
	if err == nil || h.BestEpoch != 0 {
		t.Errorf("best epoch %d of %d (%v)", h.BestEpoch, len(h.Epochs), err)
	}
}

// A callback that wraps it has to forward FitBegin.
func TestEarlyStoppingWithoutFitBegin(t *testing.T) {
	x, classes, _, _ := samples(30)
	around := struct{ mlp.Callback }{&mlp.EarlyStopping{}}
	_, err := classifier(t).Fit(context.Background(), x, classes, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{around}})
	if want := "mlp: Fit: callback: EarlyStopping: no run has begun"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestMistakesInEarlyStopping(t *testing.T) {
	x, classes, _, _ := samples(30)
	for _, s := range []*mlp.EarlyStopping{{Patience: -1}, {MinDelta: -1}, {MinDelta: math.NaN()}, {MinDelta: math.Inf(1)}} {
		net := classifier(t)
		before := weights(net)
		if _, err := net.Fit(context.Background(), x, classes, mlp.FitOptions{Callbacks: []mlp.Callback{s}}); err == nil {
			t.Errorf("%+v is taken", s)
		}
		if !sameBits(weights(net), before) {
			t.Error("the weights have moved")
		}
	}
}

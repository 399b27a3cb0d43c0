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

func TestEarlyStoppingMonitorsLosses(t *testing.T) {
	x, classes, _, _ := samples(30)
	for _, opts := range []mlp.FitOptions{{}, {Validation: &mlp.Dataset{X: x, Y: classes}}} {
		opts.Epochs = 30
		opts.Optimizer = mlp.SGD{LearningRate: 3} // rough enough to get worse
		opts.Callbacks = []mlp.Callback{&mlp.EarlyStopping{Patience: 30}}
		h := fit(t, classifier(t, mlp.WithSeed(1)), x, classes, opts)
		best := slices.MinFunc(h.Epochs, func(a, b mlp.Epoch) int {
			if opts.Validation != nil {
				return cmp.Compare(a.Validation.Loss, b.Validation.Loss)
			}
			return cmp.Compare(a.Train.Loss, b.Train.Loss)
		})
		if h.BestEpoch != best.Number {
			t.Errorf("best epoch %d, the smallest loss is in %d", h.BestEpoch, best.Number)
		}
	}
}

func TestEarlyStoppingAfterCancelAndError(t *testing.T) {
	x, classes, _, _ := samples(30)
	for want, epoch := range map[error]int{
		context.Canceled: 3,
		mlp.ErrNotFinite: 4, // from the NaN below, before it would be cancelled
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

// A list may contain the same callback twice.
func TestEarlyStoppingTwice(t *testing.T) {
	x, classes, _, _ := samples(30)
	s := &mlp.EarlyStopping{Patience: 2, Monitor: script(5, 4, 3, 4, 4, 0)}
	h := fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 6, Callbacks: []mlp.Callback{s, s}})
	if len(h.Epochs) != 5 || h.BestEpoch != 3 {
		t.Errorf("%d epochs, the best is %d, want 5 and 3", len(h.Epochs), h.BestEpoch)
	}
}

// A run that another callback keeps from beginning has no best epoch.
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

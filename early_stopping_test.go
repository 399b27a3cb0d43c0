package mlp_test

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// script returns a monitor that says what the values are, epoch by epoch.
func script(values ...float64) func(e *mlp.Epoch) float64 {
	return func(e *mlp.Epoch) float64 { return values[e.Number-1] }
}

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

func TestEarlyStoppingAfterCancelAndDivergence(t *testing.T) {
	x, classes, _, _ := samples(30)
	for name, c := range map[string]func(cancel func()) (mlp.Callback, error){
		"cancel": func(cancel func()) (mlp.Callback, error) { return cancelAt(3, 1, cancel), context.Canceled },
		"error": func(func()) (mlp.Callback, error) {
			return cancelAt(9, 9, nil), mlp.ErrNotFinite // from the NaN below
		},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		callback, want := c(cancel)
		net := classifier(t)
		var first []float64
		_, err := net.Fit(ctx, x, classes, mlp.FitOptions{Epochs: 5, BatchSize: 10, Callbacks: []mlp.Callback{
			callback,
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
			t.Errorf("%s: Fit returns %v", name, err)
		}
		if !sameBits(weights(net), first) {
			t.Errorf("%s: the weights are not those of the best epoch", name)
		}
	}
}

// A list may have the same one twice.
func TestEarlyStoppingTwice(t *testing.T) {
	x, classes, _, _ := samples(30)
	s := &mlp.EarlyStopping{Patience: 2, Monitor: script(5, 4, 3, 4, 4, 0)}
	h := fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 6, Callbacks: []mlp.Callback{s, s}})
	if len(h.Epochs) != 5 || h.BestEpoch != 3 {
		t.Errorf("%d epochs, the best is %d, want 5 and 3", len(h.Epochs), h.BestEpoch)
	}
}

// A callback around it has to pass on that a run begins.
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
	for _, s := range []*mlp.EarlyStopping{{Patience: -1}, {MinDelta: -1}, {MinDelta: math.NaN()}} {
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

func TestValidationSplit(t *testing.T) {
	x, classes, yes, numbers := samples(90)
	for _, c := range []struct {
		net mlp.Network
		y   *mat.Dense
	}{{classifier(t, mlp.WithSeed(1)), classes}, {binaryNet(t, mlp.WithSeed(1)), yes}, {regressor(t, mlp.WithSeed(1)), numbers}} {
		rows, steps := 0, 0
		h := fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 2, BatchSize: 7, ValidationSplit: 0.2, Callbacks: []mlp.Callback{
			onBatch(func(b *mlp.Batch) error { rows += b.Rows; steps++; return nil }),
		}})
		if rows != 2*72 || steps != 2*11 {
			t.Errorf("%T: %d rows in %d steps, want 72 of 90 in 11 an epoch", c.net, rows/2, steps/2)
		}
		if h.Epochs[1].Validation == nil {
			t.Errorf("%T: no validation", c.net)
		}
	}

	a, b := classifier(t, mlp.WithSeed(5)), classifier(t, mlp.WithSeed(5))
	opts := mlp.FitOptions{Epochs: 3, ValidationSplit: 0.5, KeepOrder: true}
	ha, hb := fit(t, a, x, classes, opts), fit(t, b, x, classes, opts)
	if !sameBits(weights(a), weights(b)) || *ha.Epochs[2].Validation != *hb.Epochs[2].Validation {
		t.Error("the same seed splits in another way")
	}
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{ValidationSplit: 1}, "mlp: Fit: ValidationSplit is 1, want a number between 0 and 1"},
		{mlp.FitOptions{ValidationSplit: -0.1}, "mlp: Fit: ValidationSplit is -0.1, want a number between 0 and 1"},
		{mlp.FitOptions{ValidationSplit: 1e-3}, "mlp: Fit: ValidationSplit 0.001 of 90 rows leaves 90 to train and 0 to validate"},
		{mlp.FitOptions{ValidationSplit: 0.999}, "mlp: Fit: ValidationSplit 0.999 of 90 rows leaves 0 to train and 90 to validate"},
		{mlp.FitOptions{ValidationSplit: 0.5, Validation: &mlp.Dataset{X: x, Y: classes}}, "mlp: Fit: both Validation and ValidationSplit, want one"},
	} {
		if _, err := classifier(t).Fit(context.Background(), x, classes, c.opts); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// Rows that are set aside for validation take their weights along.
func TestValidationSplitWithWeights(t *testing.T) {
	x, classes, _, _ := samples(40)
	w := make([]float64, 40)
	for i := range 20 {
		w[i] = 1
		classes.SetRow(20+i, []float64{1, 0, 0}) // wrong, and of no weight
	}
	net := classifier(t, mlp.WithSeed(1))
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 400, BatchSize: 4, Optimizer: mlp.Adam{LearningRate: 0.01}, SampleWeights: w, ValidationSplit: 0.25})
	scores, err := net.Evaluate(x.Slice(0, 20, 0, 4), classes.Slice(0, 20, 0, 3))
	if err != nil || scores.Score < 0.9 {
		t.Errorf("accuracy %v of the rows that count (%v)", scores.Score, err)
	}
}

func TestSplitKeepsTheSharesOfClasses(t *testing.T) {
	y := mat.NewDense(100, 3, nil)
	for i := range 100 {
		class := 0
		switch {
		case i%10 == 0:
			class = 1
		case i%4 == 1:
			class = 2
		}
		y.Set(i, class, 1)
	}
	train, validation, err := mlp.SplitRows(mlp.Multiclass, y, 0.3, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(train, validation)
	slices.Sort(all)
	for i, r := range all {
		if i != r {
			t.Fatalf("the parts are no partition of the rows: %v, %v", train, validation)
		}
	}
	var whole, part [3]float64
	for class := range 3 {
		for i := range 100 {
			whole[class] += y.At(i, class)
		}
		for _, i := range validation {
			part[class] += y.At(i, class)
		}
		if want := math.Round(0.3 * whole[class]); part[class] != want {
			t.Errorf("class %d: %v of %v rows, want %v", class, part[class], whole[class], want)
		}
	}
}

package mlp_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func fit(t testing.TB, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) *mlp.History {
	t.Helper()
	h, err := net.Fit(context.Background(), x, y, opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestFitLearns(t *testing.T) {
	x, classes, yes, numbers := samples(90)
	for _, c := range []struct {
		net  mlp.Network
		y    *mat.Dense
		goal float64
	}{
		{classifier(t, mlp.WithSeed(1)), classes, 0.99},
		{binaryNet(t, mlp.WithSeed(1)), yes, 0.99},
		{regressor(t, mlp.WithSeed(1)), numbers, 0.9},
	} {
		h := fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.01}})
		scores, err := c.net.Evaluate(x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		if scores.Score < c.goal {
			t.Errorf("%T: score %v", c.net, scores.Score)
		}
		last := h.Epochs[len(h.Epochs)-1].Train
		if math.Abs(last.Score-scores.Score) > 0.02 || math.Abs(last.Loss-scores.Loss) > 0.02 {
			t.Errorf("%T: the last epoch says %+v, Evaluate %+v", c.net, last, scores)
		}
	}
}

func TestFitNeverWritesToItsData(t *testing.T) {
	x, classes, _, _ := samples(20)
	x0, y0 := mat.DenseCopyOf(x), mat.DenseCopyOf(classes)
	for _, keep := range []bool{false, true} {
		fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 3, BatchSize: 7, KeepOrder: keep})
	}
	nearMatrix(t, "x", x, x0, 0)
	nearMatrix(t, "y", classes, y0, 0)
}

// A view of a larger matrix and a matrix of another type train to the same
// bits.
func TestFitTakesAnyMatrix(t *testing.T) {
	x, classes, _, _ := samples(20)
	whole := mat.NewDense(22, 6, nil)
	view := whole.Slice(1, 21, 1, 5).(*mat.Dense)
	view.Copy(x)
	for _, keep := range []bool{false, true} {
		opts := mlp.FitOptions{Epochs: 3, BatchSize: 7, KeepOrder: keep}
		var want []float64
		for i, m := range []mat.Matrix{x, view, mat.DenseCopyOf(x.T()).T()} {
			net := classifier(t, mlp.WithSeed(1))
			fit(t, net, m, classes, opts)
			if i == 0 {
				want = weights(net)
			} else if !sameBits(weights(net), want) {
				t.Errorf("matrix %d, KeepOrder %v: other weights", i, keep)
			}
		}
	}
}

func TestHistory(t *testing.T) {
	x, classes, _, _ := samples(50)
	net := classifier(t)
	h := fit(t, net, x, classes, mlp.FitOptions{Epochs: 4, BatchSize: 16, Validation: &mlp.Dataset{X: x, Y: classes}})
	if len(h.Epochs) != 4 {
		t.Fatalf("%d epochs", len(h.Epochs))
	}
	for i, e := range h.Epochs {
		if e.Number != i+1 || e.Duration <= 0 || e.Validation == nil || !(e.Train.Loss > 0) || !(e.Train.Score >= 0 && e.Train.Score <= 1) {
			t.Errorf("epoch %d: %+v", i+1, e)
		}
	}
	scores, err := net.Evaluate(x, classes)
	if err != nil || *h.Epochs[3].Validation != scores {
		t.Errorf("the last validation says %+v, Evaluate %+v, %v", *h.Epochs[3].Validation, scores, err)
	}
}

// recorder writes down the events of a run and returns an error at one of
// them.
type recorder struct {
	events []string
	run    mlp.Run
	rows   int
	loss   float64
	failAt string
	err    error
}

func (r *recorder) event(name string) error {
	r.events = append(r.events, name)
	if name == r.failAt {
		return r.err
	}
	return nil
}

func (r *recorder) FitBegin(run *mlp.Run) error { r.run = *run; return r.event("begin") }
func (r *recorder) FitEnd(h *mlp.History)       { _ = r.event("end") }

func (r *recorder) BatchEnd(b *mlp.Batch) error {
	r.rows += b.Rows
	r.loss += b.Loss * float64(b.Rows)
	return r.event("batch " + string(rune('0'+b.Epoch)) + "." + string(rune('0'+b.Step)))
}

func (r *recorder) EpochEnd(e *mlp.Epoch) error {
	return r.event("epoch " + string(rune('0'+e.Number)))
}

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
		{"begin", boom, []string{"begin", "end"}, 0},
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

// onBatch is a function as a callback, called after each step.
type onBatch func(b *mlp.Batch) error

func (f onBatch) BatchEnd(b *mlp.Batch) error { return f(b) }
func (f onBatch) EpochEnd(e *mlp.Epoch) error { return nil }

// cancelAt calls f after a step of an epoch.
func cancelAt(epoch, step int, f func()) onBatch {
	return func(b *mlp.Batch) error {
		if b.Epoch == epoch && b.Step == step {
			f()
		}
		return nil
	}
}

func TestCancelInTheMiddleOfAnEpoch(t *testing.T) {
	x, classes, _, _ := samples(100)
	net := classifier(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	last := 0
	watch := onBatch(func(b *mlp.Batch) error { last = b.Step; return nil })
	h, err := net.Fit(ctx, x, classes, mlp.FitOptions{BatchSize: 10, Callbacks: []mlp.Callback{cancelAt(3, 4, cancel), watch}})
	if !errors.Is(err, context.Canceled) || err.Error() != "mlp: Fit: epoch 3: context canceled" {
		t.Errorf("Fit returns %v", err)
	}
	if len(h.Epochs) != 2 || last != 4 {
		t.Errorf("%d epochs, last step %d, want 2 and 4", len(h.Epochs), last)
	}
	if slices.ContainsFunc(weights(net), notFinite) {
		t.Error("weights are not finite")
	}
	if _, err := net.Predict(x); err != nil {
		t.Error(err)
	}
}

func TestDeadline(t *testing.T) {
	x, classes, _, _ := samples(100)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := classifier(t).Fit(ctx, x, classes, mlp.FitOptions{Epochs: math.MaxInt}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Fit returns %v", err)
	}
}

func TestDivergence(t *testing.T) {
	x, classes, _, numbers := samples(40)
	steep, big := scaledBy(numbers, 1e5), scaledBy(numbers, 1e200) // the first with gradients far above one
	for name, c := range map[string]struct {
		net  mlp.Network
		y    *mat.Dense
		opts mlp.FitOptions
	}{
		"learning rate":    {regressor(t), numbers, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 1e4}}},
		"overflowing step": {classifier(t), classes, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: math.MaxFloat64, Momentum: 0.9}}},
		"last step":        {regressor(t), steep, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: math.MaxFloat64}, BatchSize: 40, Epochs: 1}},
		"overflowing loss": {regressor(t), big, mlp.FitOptions{}},
		"validation":       {regressor(t), numbers, mlp.FitOptions{Validation: &mlp.Dataset{X: x, Y: big}}},
		"linear, deep":     {deep(t), numbers, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 10}, KeepOrder: true}},
		"unfused, deep":    {unfused(deep(t)), numbers, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 10}, KeepOrder: true}},
	} {
		t.Run(name, func(t *testing.T) {
			start := weights(c.net)
			var kept []float64
			c.opts.Callbacks = append(c.opts.Callbacks, mlp.CallbackFunc(func(e *mlp.Epoch) error {
				kept = weights(c.net)
				return nil
			}))
			h, err := c.net.Fit(context.Background(), x, c.y, c.opts)
			var diverged *mlp.DivergedError
			if !errors.As(err, &diverged) {
				t.Fatalf("Fit returns %v", err)
			}
			if diverged.Epoch != len(h.Epochs)+1 || diverged.Step < 1 || diverged.Layer < -1 || diverged.Layer > 5 {
				t.Errorf("%+v after %d epochs", diverged, len(h.Epochs))
			}
			if kept == nil {
				kept = start
			}
			if !sameBits(weights(c.net), kept) {
				t.Error("the weights are not those of the last whole epoch")
			}
			if _, err := c.net.Predict(x); err != nil {
				t.Error(err)
			}
		})
	}
}

func deep(t testing.TB) mlp.Network {
	return model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 9, mlp.Identity), mlp.Dense(9, 9, mlp.Identity),
		mlp.Dense(9, 9, mlp.ReLU), mlp.Dense(9, 2, mlp.Identity))
}

func unfused(net mlp.Network) mlp.Network {
	mlp.Unfused(net)
	return net
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

// Fused and unfused training are the same up to rounding.
func TestFusedAndUnfusedTraining(t *testing.T) {
	x, classes, yes, numbers := samples(50)
	for _, c := range []struct {
		build func() mlp.Network
		y     *mat.Dense
	}{
		{func() mlp.Network { return classifier(t, mlp.WithSeed(3)) }, classes},
		{func() mlp.Network { return binaryNet(t, mlp.WithSeed(3)) }, yes},
		{func() mlp.Network { return regressor(t, mlp.WithSeed(3)) }, numbers},
	} {
		opts := mlp.FitOptions{Epochs: 5, BatchSize: 8, Optimizer: mlp.SGD{LearningRate: 0.1}}
		a, b := c.build(), unfused(c.build())
		ha, hb := fit(t, a, x, c.y, opts), fit(t, b, x, c.y, opts)
		for i := range ha.Epochs {
			near(t, "loss", ha.Epochs[i].Train.Loss, hb.Epochs[i].Train.Loss, 1e-12)
			near(t, "score", ha.Epochs[i].Train.Score, hb.Epochs[i].Train.Score, 1e-12)
		}
		wa, wb := weights(a), weights(b)
		for i := range wa {
			near(t, "weight", wa[i], wb[i], 1e-12)
		}
		ea, err1 := a.Evaluate(x, c.y)
		eb, err2 := b.Evaluate(x, c.y)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		near(t, "Evaluate", ea.Loss, eb.Loss, 1e-12)
	}
}

func TestSeed(t *testing.T) {
	x, classes, _, _ := samples(50)
	train := func(opts ...mlp.ModelOption) (mlp.Network, []float64) {
		net := classifier(t, opts...)
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 3, BatchSize: 8})
		return net, weights(net)
	}
	_, a := train(mlp.WithSeed(42))
	_, b := train(mlp.WithSeed(42))
	_, other := train(mlp.WithSeed(43))
	if !sameBits(a, b) {
		t.Error("the same seed gives other weights")
	}
	if sameBits(a, other) {
		t.Error("another seed gives the same weights")
	}
	drawn, c := train()
	if _, again := train(mlp.WithSeed(drawn.Seed())); !sameBits(c, again) {
		t.Error("the seed that Model drew does not repeat the run")
	}
	if next := classifier(t); next.Seed() == drawn.Seed() {
		t.Error("Model draws the same seed twice")
	}
}

// Layers are large enough here for matrix products to run on all cores.
func TestSameBitsForAnyGOMAXPROCS(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x, y := mat.NewDense(300, 200, nil), mat.NewDense(300, 10, nil)
	for i := range 300 {
		for j := range 200 {
			x.Set(i, j, math.Sin(float64(i*j)))
		}
		y.Set(i, i%10, 1)
	}
	var want []float64
	var wantOut *mat.Dense
	for _, procs := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(5)},
			mlp.Dense(200, 150, mlp.ReLU), mlp.Dense(150, 130, mlp.Tanh), mlp.Dense(130, 10, mlp.Softmax))
		fit(t, net, x, y, mlp.FitOptions{Epochs: 2, BatchSize: 128})
		out, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want, wantOut = weights(net), out
		}
		if !sameBits(weights(net), want) {
			t.Errorf("GOMAXPROCS %d: other weights", procs)
		}
		nearMatrix(t, "predictions", out, wantOut, 0)
	}
}

func TestFitAgainGoesOn(t *testing.T) {
	x, classes, _, _ := samples(60)
	net := classifier(t, mlp.WithSeed(1))
	first := fit(t, net, x, classes, mlp.FitOptions{Epochs: 20})
	second := fit(t, net, x, classes, mlp.FitOptions{Epochs: 20})
	if a, b := first.Epochs[19].Train.Loss, second.Epochs[0].Train.Loss; math.Abs(a-b) > 0.1*a {
		t.Errorf("loss %v at the end of the first run, %v at the start of the second", a, b)
	}
}

func TestDivergedErrorSaysWhere(t *testing.T) {
	for _, c := range []struct {
		err  mlp.DivergedError
		want string
	}{
		{mlp.DivergedError{Epoch: 3, Step: 7, Layer: 1, Loss: math.Inf(1)}, "mlp: Fit: diverged in epoch 3, step 7, first in layer 1 (loss +Inf): try a smaller learning rate or scaled data"},
		{mlp.DivergedError{Epoch: 1, Step: 1, Layer: -1, Loss: math.NaN()}, "mlp: Fit: diverged in epoch 1, step 1, in the loss alone (loss NaN): try a smaller learning rate or scaled data"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// faultyDense is a dense layer of another package whose passes have wrong
// gradients.
type faultyDense struct {
	mlp.Layer
	grads func() []*mat.Dense
}

func (l faultyDense) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return faultyPass{l.Layer.NewPass(rows, rng), l.grads}
}

type faultyPass struct {
	mlp.Pass
	grads func() []*mat.Dense
}

func (p faultyPass) Grads() []*mat.Dense { return p.grads() }

func TestFitRefusesWrongGradients(t *testing.T) {
	x, _, _, numbers := samples(5)
	for _, c := range []struct {
		grads []*mat.Dense
		want  string
	}{
		{nil, "mlp: Fit: the pass of layer 0 has 0 gradients, the layer has parameters: 2"},
		{[]*mat.Dense{mat.NewDense(2, 4, nil), mat.NewDense(1, 2, nil)}, `mlp: Fit: layer 0: gradient of "weight" is 2×4 with stride 4, the parameter is 4×2`},
		{[]*mat.Dense{nil, mat.NewDense(1, 2, nil)}, `mlp: Fit: layer 0: the pass has no gradient of "weight", and it is no State`},
		{[]*mat.Dense{mat.NewDense(4, 3, nil).Slice(0, 4, 0, 2).(*mat.Dense), mat.NewDense(1, 2, nil)}, `mlp: Fit: layer 0: gradient of "weight" is 4×2 with stride 3, the parameter is 4×2`},
	} {
		net := model(t, mlp.MeanSquaredError, nil, faultyDense{mlp.Dense(4, 2, mlp.Identity), func() []*mat.Dense { return c.grads }})
		if _, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{}); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// However Fit ends, it leaves no goroutine behind, and a network that works.
func TestNoGoroutineOutlivesFit(t *testing.T) {
	x, y := mat.NewDense(256, 200, nil), mat.NewDense(256, 100, nil)
	before := runtime.NumGoroutine()
	boom := errors.New("boom")
	for _, end := range []string{"done", "cancel", "error", "panic", "lbfgs"} {
		net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(200, 300, mlp.ReLU), mlp.Dense(300, 100, mlp.Identity))
		ctx, cancel := context.WithCancel(context.Background())
		opts, want := mlp.FitOptions{Epochs: 3, BatchSize: 128}, error(nil)
		switch end {
		case "cancel":
			opts.Callbacks, want = []mlp.Callback{cancelAt(2, 1, cancel)}, context.Canceled
		case "error":
			opts.Callbacks, want = []mlp.Callback{onBatch(func(*mlp.Batch) error { return boom })}, boom
		case "panic":
			opts.Callbacks = []mlp.Callback{cancelAt(2, 1, func() { panic("boom") })}
		case "lbfgs":
			opts.BatchSize, opts.LBFGS = 0, &mlp.LBFGS{}
		}
		func() {
			defer func() {
				if r := recover(); (r != nil) != (end == "panic") {
					t.Errorf("%s: %v", end, r)
				}
			}()
			if _, err := net.Fit(ctx, x, y, opts); !errors.Is(err, want) {
				t.Errorf("%s: Fit returns %v", end, err)
			}
		}()
		cancel()
		if _, err := net.Predict(x); err != nil {
			t.Fatal(err)
		}
		if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 1}); err != nil {
			t.Errorf("after %s, Fit returns %v", end, err)
		}
		endGoroutines(t, before)
	}
}

func TestTimeLimit(t *testing.T) {
	x, classes, _, _ := samples(30)
	h := fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: math.MaxInt, Callbacks: []mlp.Callback{mlp.TimeLimit(5 * time.Millisecond)}})
	if !errors.Is(h.Stopped, mlp.ErrStop) || h.Stopped.Error() != "mlp: Fit: callback: the time limit of 5ms is over: stopped" {
		t.Errorf("stopped by %v", h.Stopped)
	}
	if h = fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{mlp.TimeLimit(time.Hour)}}); h.Stopped != nil {
		t.Errorf("stopped by %v", h.Stopped)
	}
}

func TestScheduleScalesEveryStep(t *testing.T) {
	x, _, _, numbers := samples(20)
	net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 2, mlp.Identity))
	spy := &spySchedule{}
	h := fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2, BatchSize: 6, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: spy})
	want := []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75}
	if !slices.Equal(spy.epochs, want) {
		t.Errorf("asked at %v, want %v", spy.epochs, want)
	}
	for i, e := range h.Epochs {
		near(t, "learning rate", e.LearningRate, 0.1*spy.Scale(want[4*i+3]), 1e-15)
	}

	// A scale of one half is half the rate.
	a := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	b := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	fit(t, a, x, numbers, mlp.FitOptions{Epochs: 3, Optimizer: mlp.SGD{LearningRate: 0.1}, Schedule: mlp.StepDecay{Every: 2, Factor: 0.5}})
	fit(t, b, x, numbers, mlp.FitOptions{Epochs: 2, Optimizer: mlp.SGD{LearningRate: 0.1}})
	fit(t, b, x, numbers, mlp.FitOptions{Epochs: 1, Optimizer: mlp.SGD{LearningRate: 0.05}})
	if wa, wb := weights(a), weights(b); !sameBits(wa, wb) {
		for i := range wa {
			near(t, "weight", wa[i], wb[i], 1e-12)
		}
	}
}

// spySchedule notes when it is asked.
type spySchedule struct{ epochs []float64 }

func (s *spySchedule) Scale(epoch float64) float64 {
	s.epochs = append(s.epochs, epoch)
	return 1 / (1 + epoch)
}

// unreachable is a layer without parameters that no gradient needs to reach.
type unreachable struct {
	mlp.Layer
	t *testing.T
}

func (l unreachable) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return unreachablePass{l.Layer.NewPass(rows, rng), l.t}
}

type unreachablePass struct {
	mlp.Pass
	t *testing.T
}

func (p unreachablePass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.t.Error("Backward of a layer below which nothing is trained")
	return p.Pass.Backward(dy, needDX)
}

func TestNoGradientBelowTheFirstTrainedLayer(t *testing.T) {
	x, _, _, numbers := samples(10)
	net := model(t, mlp.MeanSquaredError, nil, unreachable{mlp.NewNormalization(4), t}, unreachable{mlp.Dropout(4, 0.5), t}, mlp.Dense(4, 2, mlp.Identity))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1})
	net = model(t, mlp.MeanSquaredError, nil, mlp.Dropout(2, 0.5)) // nothing at all
	fit(t, net, numbers, numbers, mlp.FitOptions{Epochs: 1})
}

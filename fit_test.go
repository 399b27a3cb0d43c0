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
			if _, err := c.net.Predict(x); err != nil && !errors.Is(err, mlp.ErrNotFinite) { // finite weights may be too large
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

// The layers are large enough for matrix products to run on all cores.
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
			opts.BatchSize, opts.Optimizer = 0, mlp.LBFGS{}
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
	net = model(t, mlp.MeanSquaredError, nil, mlp.Dropout(2, 0.5)) // nothing to train at all
	fit(t, net, numbers, numbers, mlp.FitOptions{Epochs: 1})
}

// The gradient is that of the mean: the same rows several times over make the
// same step.
func TestLearningRateDoesNotDependOnBatchSize(t *testing.T) {
	x, classes, yes, numbers := samples(5)
	for _, c := range []struct {
		net func() mlp.Network
		y   *mat.Dense
	}{
		{func() mlp.Network { return classifier(t, mlp.WithSeed(1)) }, classes},
		{func() mlp.Network { return binaryNet(t, mlp.WithSeed(1)) }, yes},
		{func() mlp.Network { return regressor(t, mlp.WithSeed(1)) }, numbers},
	} {
		var x3, y3 mat.Dense
		x3.Stack(x, mat.NewDense(10, 4, append(slices.Clone(x.RawMatrix().Data), x.RawMatrix().Data...)))
		_, units := c.y.Dims()
		y3.Stack(c.y, mat.NewDense(10, units, append(slices.Clone(c.y.RawMatrix().Data), c.y.RawMatrix().Data...)))
		_, one := gradientByFit(t, c.net(), x, c.y, mlp.FitOptions{})
		_, three := gradientByFit(t, c.net(), &x3, &y3, mlp.FitOptions{})
		for i := range one {
			near(t, "gradient", three[i], one[i], 1e-12)
		}
	}
}

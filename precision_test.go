package mlp_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

var in32 = mlp.WithPrecision(mlp.Float32)

// oneOfEachBetween is a stack of one layer of each kind.
func oneOfEachBetween(inputs, units int, act mlp.Activation) []mlp.Layer {
	layers := []mlp.Layer{mlp.Dense(inputs, 12, mlp.Tanh)}
	layers = append(layers, oneOfEach(12)...)
	return append(layers, mlp.Dense(12, 9, mlp.ReLU), mlp.Dense(9, units, act))
}

// pair returns the same network in both precisions.
func pair(t *testing.T, loss mlp.Loss, layers func() []mlp.Layer) (double, single mlp.Network) {
	t.Helper()
	double = model(t, loss, []mlp.ModelOption{mlp.WithSeed(3)}, layers()...)
	single = model(t, loss, []mlp.ModelOption{mlp.WithSeed(3), in32}, layers()...)
	return double, single
}

// rounded reports whether all numbers are float32.
func rounded(values []float64) bool {
	for _, v := range values {
		if float64(float32(v)) != v {
			return false
		}
	}
	return true
}

// In single precision, networks of all kinds of layers answer and learn as in
// double precision, to about the seven digits that it has.
func TestFloat32AgreesWithFloat64(t *testing.T) {
	x, classes, yes, numbers := samples(150)
	for name, c := range map[string]struct {
		loss mlp.Loss
		act  mlp.Activation
		y    *mat.Dense
	}{
		"classifier":        {mlp.CategoricalCrossEntropy, mlp.Softmax, classes},
		"binary classifier": {mlp.BinaryCrossEntropy, mlp.Sigmoid, yes},
		"regressor":         {mlp.MeanSquaredError, mlp.Identity, numbers},
		"without fusion":    {mlp.MeanSquaredError, mlp.Softplus, numbers},
	} {
		t.Run(name, func(t *testing.T) {
			_, units := c.y.Dims()
			double, single := pair(t, c.loss, func() []mlp.Layer { return oneOfEachBetween(4, units, c.act) })
			compare := func(what string, tol float64) {
				t.Helper()
				a, err1 := double.Forward(x)
				b, err2 := single.Forward(x)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				nearMatrix(t, what, b, a, tol)
				e1, err1 := double.Evaluate(x, c.y)
				e2, err2 := single.Evaluate(x, c.y)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				near(t, what+": loss", e2.Loss, e1.Loss, tol)
			}
			compare("before", 2e-5)
			opts := mlp.FitOptions{Epochs: 1, BatchSize: 50, Optimizer: mlp.SGD{LearningRate: 0.01}}
			fit(t, double, x, c.y, opts)
			fit(t, single, x, c.y, opts)
			compare("after three steps", 2e-4)
		})
	}
}

// A step by each rule from the same weights and gradient changes them as in
// double precision, whether the rule works in single precision or not.
func TestFloat32StepsAgreeWithFloat64(t *testing.T) {
	x, classes, _, _ := samples(64)
	for _, opt := range []mlp.Optimizer{
		mlp.SGD{}, &mlp.SGD{LearningRate: 0.1, Momentum: 0.9}, mlp.SGD{Momentum: 0.9, Nesterov: true},
		mlp.Adam{}, &mlp.Adam{}, mlp.Adam{AMSGrad: true}, mlp.AdamW{}, &mlp.AdamW{WeightDecay: 0.3},
		mlp.RMSprop{}, mlp.Adagrad{}, mlp.Lion{}, borrowedSteps{mlp.SGD{LearningRate: 7}},
	} {
		for _, o := range []mlp.FitOptions{{}, {ClipNorm: 0.1}, {ClipValue: 0.01}, {AccumulateSteps: 2}, {AverageDecay: 0.5}, {Groups: []mlp.Group{{Has: firstLayer, Rate: 0.5}}}} {
			double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer {
				return []mlp.Layer{mlp.Dense(4, 30, mlp.ReLU), mlp.Dense(30, 7, mlp.Tanh), mlp.Dense(7, 3, mlp.Softmax)}
			})
			o.Epochs, o.BatchSize, o.Optimizer = 1, 32, opt
			fit(t, double, x, classes, o)
			fit(t, single, x, classes, o)
			a, b := weights(double), weights(single)
			for i := range a {
				if math.Abs(a[i]-b[i]) > 1e-5*max(1, math.Abs(a[i])) {
					t.Errorf("%s %+v: weight %d is %g, in double precision %g", opt.Name(), o, i, b[i], a[i])
					break
				}
			}
		}
	}
}

// borrowedSteps is a rule of another package that has the methods of SGD.
type borrowedSteps struct{ mlp.SGD }

func (borrowedSteps) Name() string { return "borrowedSteps" }

func (borrowedSteps) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	mlp.SGD{LearningRate: 0.02}.Step(w, g, slots, scale, t)
}

func (borrowedSteps) Rate() float64 { return 0.02 }

// An answer does not depend on how many rows are asked for together.
func TestFloat32RowsAndBatches(t *testing.T) {
	x, classes, _, _ := samples(200)
	for _, layers := range [][]mlp.Layer{
		oneOfEachBetween(4, 3, mlp.Softmax),
		{mlp.Dense(4, 600, mlp.ReLU), mlp.Dense(600, 3, mlp.Softmax, mlp.WithoutBias())},
	} {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{in32}, layers...)
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 2})
		all, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 2, 63, 64, 65} {
			some, err := net.Predict(x.Slice(0, n, 0, 4))
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(some.RawMatrix().Data, all.RawMatrix().Data[:3*n]) {
				t.Errorf("the answers for %d rows are not those for all", n)
			}
		}
		row := make([]float64, 3)
		for i := range 200 {
			if err := net.PredictRow(row, x.RawRowView(i)); err != nil {
				t.Fatal(err)
			}
			if !sameBits(row, all.RawRowView(i)) {
				t.Fatalf("row %d alone: %v, among all %v", i, row, all.RawRowView(i))
			}
		}
	}
}

// The weights of the layers are those that the passes compute with wherever
// somebody can look: looking after each step changes nothing, a run of single
// batches has the same weights after each, and all of them are float32.
func TestFloat32WeightsAreCurrent(t *testing.T) {
	x, classes, _, _ := samples(96)
	layers := func() []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 90, mlp.ReLU), mlp.BatchNorm(90), mlp.Residual(mlp.Dense(90, 90, mlp.Tanh)), mlp.Dense(90, 3, mlp.Softmax)}
	}
	for _, opt := range []mlp.Rule{mlp.SGD{}, mlp.SGD{Momentum: 0.9}, mlp.Adam{}, mlp.AdamW{}} {
		_, plain := pair(t, mlp.CategoricalCrossEntropy, layers)
		_, watched := pair(t, mlp.CategoricalCrossEntropy, layers)
		_, stepped := pair(t, mlp.CategoricalCrossEntropy, layers)
		opts := mlp.FitOptions{Epochs: 2, BatchSize: 32, KeepOrder: true, Optimizer: opt}
		tr := trainer(t, stepped, mlp.FitOptions{Optimizer: opt})
		fit(t, plain, x, classes, opts)
		steps := 0
		dense := func(net mlp.Network) []float64 { return net.Layers()[2].Params()[0].Value.RawMatrix().Data }
		opts.Callbacks = []mlp.Callback{onBatch(func(b *mlp.Batch) error {
			lo := 32 * (steps % 3)
			steps++
			if _, err := tr.FitBatch(x.Slice(lo, lo+32, 0, 4), classes.Slice(lo, lo+32, 0, 3)); err != nil {
				return err
			}
			if !sameBits(weights(watched), weights(stepped)) {
				t.Errorf("%s: after step %d, the weights are not those of single batches", opt.Name(), steps)
			}
			if !rounded(dense(watched)) {
				t.Errorf("%s: after step %d, weights are not float32", opt.Name(), steps)
			}
			return nil
		})}
		opts.Validation = &mlp.Dataset{X: x, Y: classes}
		fit(t, watched, x, classes, opts)
		if steps != 6 || !sameBits(weights(plain), weights(watched)) {
			t.Errorf("%s: after %d steps, looking has changed the weights", opt.Name(), steps)
		}
	}
}

// What a callback does to the weights counts from the next step on.
func TestFloat32TakesWeightsOfCallbacks(t *testing.T) {
	x, classes, _, _ := samples(32)
	_, net := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)} })
	w := net.Layers()[0].Params()[0].Value
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 1, BatchSize: 16, Optimizer: mlp.SGD{LearningRate: 1e-30}, Callbacks: []mlp.Callback{
		onBatch(func(b *mlp.Batch) error {
			w.Set(0, 0, float64(b.Step))
			return nil
		}),
	}})
	if w.At(0, 0) != 2 {
		t.Errorf("the weight is %g, want 2", w.At(0, 0))
	}
}

// Penalties, constraints and averages see the weights as they are.
func TestFloat32PenaltiesConstraintsAverages(t *testing.T) {
	x, classes, _, _ := samples(64)
	double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 20, mlp.ReLU, mlp.WithL2(0.3), mlp.WithL1(0.01)), mlp.Dense(20, 20, mlp.ReLU, mlp.WithMaxNorm(0.5)), mlp.Dense(20, 3, mlp.Softmax)}
	})
	opts := mlp.FitOptions{Epochs: 3, BatchSize: 16, Optimizer: mlp.SGD{LearningRate: 0.1, Momentum: 0.9}, AverageDecay: 0.8}
	a, b := fit(t, double, x, classes, opts), fit(t, single, x, classes, opts)
	for i := range a.Epochs {
		near(t, "loss", b.Epochs[i].Train.Loss, a.Epochs[i].Train.Loss, 1e-5)
	}
	for i, v := range weights(double) {
		near(t, fmt.Sprintf("weight %d", i), weights(single)[i], v, 1e-5)
	}
}

// A file keeps the precision, and a run goes on from a checkpoint to the same
// bits.
func TestFloat32Files(t *testing.T) {
	x, classes, _, _ := samples(60)
	for _, opt := range []mlp.Rule{mlp.SGD{}, mlp.SGD{Momentum: 0.9}, mlp.Adam{}, mlp.Adam{AMSGrad: true}, mlp.AdamW{}, mlp.RMSprop{}} {
		newNet := func() mlp.Network {
			_, net := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return oneOfEachBetween(4, 3, mlp.Softmax) })
			return net
		}
		opts := mlp.FitOptions{Epochs: 4, BatchSize: 16, Optimizer: opt}
		whole := newNet()
		fit(t, whole, x, classes, opts)
		half := newNet()
		c := &stateKeeper{}
		opts.Epochs, opts.Callbacks = 2, []mlp.Callback{c}
		fit(t, half, x, classes, opts)
		loaded := reloaded(t, half)
		state, err := mlp.Reloaded(half, c.state)
		if err != nil {
			t.Fatal(err)
		}
		if p := loaded.(*mlp.Classifier).Precision(); p != mlp.Float32 {
			t.Errorf("the precision is %v", p)
		}
		opts.Epochs, opts.Callbacks, opts.Resume = 4, nil, state
		fit(t, loaded, x, classes, opts)
		if !sameBits(weights(loaded), weights(whole)) {
			t.Errorf("%s: resumed to other weights", opt.Name())
		}
		reloaded(t, loaded)
	}
}

// stateKeeper keeps the last state of a run.
type stateKeeper struct{ state *mlp.TrainingState }

func (*stateKeeper) EpochEnd(*mlp.Epoch) error { return nil }

func (k *stateKeeper) Checkpoint(_ int, state func() (*mlp.TrainingState, error)) (err error) {
	k.state, err = state()
	return err
}

// The state of a run in double precision is not rounded in silence.
func TestFloat32RefusesStateOfFloat64(t *testing.T) {
	x, classes, _, _ := samples(60)
	double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)} })
	c := &stateKeeper{}
	opts := mlp.FitOptions{Epochs: 1, Optimizer: mlp.Adam{}, Callbacks: []mlp.Callback{c}}
	fit(t, double, x, classes, opts)
	opts.Epochs, opts.Callbacks, opts.Resume = 2, nil, c.state
	before := weights(single)
	if _, err := single.Fit(t.Context(), x, classes, opts); err == nil || !strings.Contains(err.Error(), "float32") {
		t.Errorf("got %v", err)
	}
	if !sameBits(weights(single), before) {
		t.Error("the weights have changed")
	}
}

// LBFGS computes in double precision.
func TestFloat32LBFGS(t *testing.T) {
	x, classes, _, _ := samples(60)
	double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, 3, mlp.Softmax)}
	})
	for _, net := range []mlp.Network{double, single} {
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 5, Optimizer: mlp.LBFGS{}})
	}
	if !sameBits(weights(double), weights(single)) {
		t.Error("LBFGS has found other weights than in double precision")
	}
}

// Numbers beyond single precision are errors that say where they are.
func TestFloat32Range(t *testing.T) {
	x, classes, _, _ := samples(100)
	big := with(x, 70, 2, 1e39)
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{in32}, mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, 3, mlp.Softmax))
	dst, row := mat.NewDense(100, 3, nil), make([]float64, 3)
	before := weights(net)
	const beyond = "[70,2] is 1e+39, beyond the float32 of the network: not finite (see WithPrecision)"
	for want, err := range map[string]error{
		"mlp: Predict: x" + beyond:         second(net.Predict(big)),
		"mlp: Forward: x" + beyond:         second(net.Forward(big)),
		"mlp: Evaluate: x" + beyond:        second(net.Evaluate(big, classes)),
		"mlp: Fit: x" + beyond:             second(net.Fit(t.Context(), big, classes, mlp.FitOptions{})),
		"mlp: Fit: Validation: x" + beyond: second(net.Fit(t.Context(), x, classes, mlp.FitOptions{Validation: &mlp.Dataset{X: big, Y: classes}})),
		"mlp: PredictRow: x[2] is 1e+39, beyond the float32 of the network: not finite (see WithPrecision)": net.PredictRow(row, big.RawRowView(70)),
		"mlp: FitBatch: x" + beyond: second(trainer(t, net, mlp.FitOptions{}).FitBatch(big, classes)),
	} {
		if err == nil || err.Error() != want || !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if !sameBits(weights(net), before) {
		t.Error("the weights have changed")
	}
	// A weight that only float64 can hold: tanh would hide it.
	net.Layers()[0].Params()[0].Value.Set(1, 2, 1e39)
	for name, err := range map[string]error{
		"Predict":       net.PredictTo(dst, x),
		"of a few rows": second(net.Predict(x.Slice(0, 3, 0, 4))),
		"PredictRow":    net.PredictRow(row, x.RawRowView(0)),
		"Evaluate":      second(net.Evaluate(x, classes)),
		"Model":         second(mlp.Model(net.Layers(), mlp.CategoricalCrossEntropy, in32)),
	} {
		if !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := net.Fit(t.Context(), x, classes, mlp.FitOptions{}); !errors.As(err, new(*mlp.DivergedError)) {
		t.Errorf("Fit: got %v", err)
	}
	if got := second(mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithPrecision(7))); got == nil ||
		got.Error() != "mlp: Model: WithPrecision: Precision(7), want Float64 or Float32" {
		t.Errorf("got %v", got)
	}
}

// A run that diverges or is canceled leaves what it leaves in double precision.
func TestFloat32EndsOfRuns(t *testing.T) {
	x, classes, _, numbers := samples(64)
	layers := func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 8, mlp.ReLU), mlp.Dense(8, 3, mlp.Softmax)} }
	for _, watch := range []bool{false, true} {
		_, net := pair(t, mlp.MeanSquaredError, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, numbers.RawMatrix().Cols, mlp.Identity)} })
		before := weights(net)
		opts := mlp.FitOptions{Epochs: 3, BatchSize: 16, Optimizer: mlp.SGD{LearningRate: 1e20}}
		if watch {
			opts.Callbacks = []mlp.Callback{onBatch(func(*mlp.Batch) error { return nil })}
		}
		_, err := net.Fit(t.Context(), x, numbers, opts)
		if d := new(mlp.DivergedError); !errors.As(err, &d) || !sameBits(weights(net), before) {
			t.Errorf("diverged with %v; weights kept: %t", err, sameBits(weights(net), before))
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, net = pair(t, mlp.CategoricalCrossEntropy, layers)
		before = weights(net)
		opts = mlp.FitOptions{Epochs: 3, BatchSize: 16, Callbacks: []mlp.Callback{cancelAt(2, 2, cancel)}}
		_, err = net.Fit(ctx, x, classes, opts)
		if !errors.Is(err, context.Canceled) || sameBits(weights(net), before) || !rounded(weights(net)) {
			t.Errorf("canceled with %v", err)
		}
	}
}

func TestFloat32Ensemble(t *testing.T) {
	x, classes, _, _ := samples(80)
	double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return oneOfEachBetween(4, 3, mlp.Softmax) })
	if _, err := mlp.Ensemble(double, single); err == nil || err.Error() != "mlp: Ensemble: member 1 has precision float32, member 0 has float64" {
		t.Errorf("got %v", err)
	}
	_, other := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return oneOfEachBetween(4, 3, mlp.Softmax) })
	fit(t, other, x, classes, mlp.FitOptions{Epochs: 1})
	both := ensemble(t, single, other)
	out, err := both.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := single.Forward(x)
	b, _ := other.Forward(x)
	a.Add(a, b)
	a.Scale(0.5, a)
	nearMatrix(t, "the mean", out, a, 1e-6)
	fit(t, both, x, classes, mlp.FitOptions{Epochs: 1})
}

// Batches that grow keep the weights of the steps before.
func TestFloat32GrowingBatches(t *testing.T) {
	x, classes, _, _ := samples(90)
	layers := func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 8, mlp.ReLU), mlp.Dense(8, 3, mlp.Softmax)} }
	_, a := pair(t, mlp.CategoricalCrossEntropy, layers)
	_, b := pair(t, mlp.CategoricalCrossEntropy, layers)
	for _, opt := range []mlp.Rule{mlp.Adam{}, mlp.RMSprop{}} {
		opts := mlp.FitOptions{Epochs: 2, Optimizer: opt}
		if _, err := a.FitBatches(t.Context(), inBatches(x, classes, 10, 20, 30, 30), opts); err != nil {
			t.Fatal(err)
		}
		tr := trainer(t, b, mlp.FitOptions{Optimizer: opt})
		for range 2 {
			for _, r := range [][2]int{{0, 10}, {10, 30}, {30, 60}, {60, 90}} {
				if _, err := tr.FitBatch(x.Slice(r[0], r[1], 0, 4), classes.Slice(r[0], r[1], 0, 3)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !sameBits(weights(a), weights(b)) {
			t.Errorf("%s: growing batches give other weights", opt.Name())
		}
	}
}

// A stream whose batches grow leaves what it leaves in double precision when it
// diverges: the weights from before the epoch.
func TestFloat32GrowingBatchesDiverge(t *testing.T) {
	x, _, _, numbers := samples(90)
	_, net := pair(t, mlp.MeanSquaredError, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, numbers.RawMatrix().Cols, mlp.Identity)} })
	before := weights(net)
	_, err := net.FitBatches(t.Context(), inBatches(x, numbers, 10, 20, 30, 30), mlp.FitOptions{Epochs: 1, Optimizer: mlp.SGD{LearningRate: 1e20}})
	if !errors.As(err, new(*mlp.DivergedError)) || !sameBits(weights(net), before) {
		t.Errorf("got %v, weights %v, want %v", err, weights(net), before)
	}
}

// The caller of FitBatches may look at the weights between two batches, and
// change them.
func TestFloat32WeightsBetweenBatches(t *testing.T) {
	x, classes, _, _ := samples(60)
	_, net := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)} })
	_, stepped := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)} })
	tr := trainer(t, stepped, mlp.FitOptions{})
	set := func(net mlp.Network, v float64) { net.Layers()[0].Params()[0].Value.Set(0, 0, v) }
	batches := func(int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			for lo := 0; lo < 60; lo += 20 {
				if !sameBits(weights(net), weights(stepped)) {
					t.Errorf("before row %d: not the weights of single batches", lo)
				}
				set(net, float64(lo))
				set(stepped, float64(lo))
				b := mlp.Dataset{X: x.Slice(lo, lo+20, 0, 4), Y: classes.Slice(lo, lo+20, 0, 3)}
				if _, err := tr.FitBatch(b.X, b.Y); err != nil {
					t.Error(err)
				}
				if !yield(b, nil) {
					return
				}
			}
		}
	}
	if _, err := net.FitBatches(t.Context(), batches, mlp.FitOptions{Epochs: 1}); err != nil {
		t.Fatal(err)
	}
	if !sameBits(weights(net), weights(stepped)) {
		t.Error("not the weights of single batches at the end")
	}
}

// A gradient whose square is beyond single precision would stop Adam for ever.
func TestFloat32AdamOverflows(t *testing.T) {
	x, _, _, numbers := samples(30)
	_, width := numbers.Dims()
	_, net := pair(t, mlp.MeanSquaredError, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, width, mlp.Identity)} })
	before := weights(net)
	_, err := trainer(t, net, mlp.FitOptions{}).FitBatch(x, scaledBy(numbers, 1e22))
	if !errors.As(err, new(*mlp.DivergedError)) || !sameBits(weights(net), before) {
		t.Errorf("got %v", err)
	}
}

// An Epsilon that single precision does not tell from 0 counts.
func TestFloat32SmallEpsilon(t *testing.T) {
	x, _, _, numbers := samples(30)
	_, width := numbers.Dims()
	for _, opt := range []mlp.Rule{mlp.Adam{Epsilon: 1e-50}, &mlp.AdamW{Epsilon: 1e-30}} {
		double, single := pair(t, mlp.MeanSquaredError, func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, width, mlp.Identity)} })
		tiny := scaledBy(x, 1e-24)
		for _, net := range []mlp.Network{double, single} {
			fit(t, net, tiny, numbers, mlp.FitOptions{Epochs: 1, Optimizer: opt})
		}
		for i, v := range weights(double) {
			near(t, opt.Name(), weights(single)[i], v, 1e-5)
		}
	}
}

// A sum beyond single precision is not hidden by an activation with bounds.
func TestFloat32HiddenSums(t *testing.T) {
	for _, act := range []mlp.Activation{mlp.Tanh, mlp.ReLU, mlp.GELU} {
		_, net := pair(t, mlp.MeanSquaredError, func() []mlp.Layer {
			return []mlp.Layer{mlp.Dense(4, 1, act, mlp.WithInitializer(mlp.Constant(1))), mlp.Dense(1, 1, mlp.Tanh)}
		})
		x, y := mat.NewDense(2, 4, []float64{0, 1, 2, 3, -2e38, -2e38, 2e38, 2e38}), mat.NewDense(2, 1, nil)
		if _, err := net.Fit(t.Context(), x, y, mlp.FitOptions{Epochs: 1}); !errors.As(err, new(*mlp.DivergedError)) {
			t.Errorf("%s: Fit: got %v", act.Name(), err)
		}
		if _, err := net.Evaluate(x, y); !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%s: Evaluate: got %v", act.Name(), err)
		}
	}
}

// Nor is what a layer without weights makes of finite numbers hidden by the next one.
func TestFloat32HiddenOutputs(t *testing.T) {
	for name, first := range map[string]mlp.Layer{
		"Residual":             mlp.Residual(mlp.ActivationLayer(1, mlp.Identity)),
		"ActivationLayer":      mlp.ActivationLayer(1, mlp.SELU), // which multiplies by 1.05
		"of another package":   mlp.ActivationLayer(1, cubic),
		"Dense":                mlp.Dense(1, 1, mlp.SELU, mlp.WithInitializer(mlp.Constant(1))),
		"ParametricActivation": mlp.ParametricActivation(1, cubic),
		"inside":               mlp.MemberLayers(1, mlp.Residual(mlp.ActivationLayer(1, mlp.Identity))),
	} {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{in32}, first, mlp.ActivationLayer(1, mlp.Tanh), mlp.Dense(1, 1, mlp.Identity))
		x, y := mat.NewDense(100, 1, nil), mat.NewDense(100, 1, nil)
		x.Set(70, 0, 3.3e38)
		for call, err := range map[string]error{
			"Predict":       second(net.Predict(x)),
			"of a few rows": second(net.Predict(x.Slice(70, 72, 0, 1))),
			"PredictRow":    net.PredictRow(make([]float64, 1), x.RawRowView(70)),
			"Evaluate":      second(net.Evaluate(x, y)),
		} {
			if !errors.Is(err, mlp.ErrNotFinite) {
				t.Errorf("%s: %s: got %v", name, call, err)
			}
		}
		if _, err := net.Fit(t.Context(), x, y, mlp.FitOptions{Epochs: 1}); !errors.As(err, new(*mlp.DivergedError)) {
			t.Errorf("%s: Fit: got %v", name, err)
		}
	}
}

// reader is a layer of another package that computes with the weights of
// another layer.
type reader struct {
	mlp.Layer
	of *mat.Dense
}

func (l *reader) Infer(dst, x *mat.Dense) {
	dst.Copy(x)
	dst.Apply(func(_, _ int, v float64) float64 { return v * l.of.At(0, 0) }, dst)
}

func (l *reader) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Backward: func(dx, dy, _, _ *mat.Dense) { dx.Scale(l.of.At(0, 0), dy) }})
}

// A layer of another package sees the weights of each step.
func TestFloat32WeightsForOtherPackages(t *testing.T) {
	x, classes, _, _ := samples(60)
	double, single := pair(t, mlp.CategoricalCrossEntropy, func() []mlp.Layer {
		first := mlp.Dense(4, 4, mlp.Tanh)
		return []mlp.Layer{first, &reader{mlp.ActivationLayer(4, mlp.Identity), first.Params()[0].Value}, mlp.Dense(4, 3, mlp.Softmax)}
	})
	opts := mlp.FitOptions{Epochs: 2, BatchSize: 10, Optimizer: mlp.SGD{LearningRate: 0.5}}
	a, b := fit(t, double, x, classes, opts), fit(t, single, x, classes, opts)
	near(t, "loss", b.Epochs[1].Train.Loss, a.Epochs[1].Train.Loss, 1e-4)
}

// Parameters that only double precision sees may be beyond single precision.
func TestFloat32LargeStatistics(t *testing.T) {
	norm := mlp.BatchNorm(4)
	norm.Params()[3].Value.Set(0, 1, 1e200)
	if _, err := mlp.Model([]mlp.Layer{norm, mlp.Dense(4, 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy, in32); err != nil {
		t.Error(err)
	}
}

// Trained parameters that single precision rounds are errors of Model.
func TestFloat32LargeWeights(t *testing.T) {
	for name, layer := range map[string]mlp.Layer{
		"0.weight":   mlp.BatchNorm(4),
		"0.bias":     mlp.LayerNorm(4),
		"0.scale":    mlp.Scale(4),
		"0.share":    mlp.ParametricActivation(4, mlp.Tanh),
		"0.0.weight": mlp.Residual(mlp.NTKDense(4, 4, mlp.Identity)),
	} {
		layers := []mlp.Layer{layer, mlp.Dense(4, 3, mlp.Softmax)}
		model(t, mlp.CategoricalCrossEntropy, nil, layers...) // draws the weights
		for _, p := range layer.Params() {
			if "0."+p.Name == name {
				p.Value.Set(0, 1, -1e39)
			}
		}
		_, err := mlp.Model(layers, mlp.CategoricalCrossEntropy, in32)
		want := "mlp: Model: layers." + name + "[0,1] is -1e+39, beyond the float32 of the network: not finite (see WithPrecision)"
		if err == nil || err.Error() != want || !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// Layers that normalize compute their statistics in double precision, also of
// columns whose mean is large beside their deviation: predictions are those of
// double precision, rounded, or next to that, and running statistics the same to
// the bit.
func TestFloat32Statistics(t *testing.T) {
	const inputs, ulp = 5, 0x1p-23
	x, y := mat.NewDense(64, inputs, nil), mat.NewDense(64, inputs, nil)
	rng := rand.New(rand.NewPCG(3, 5))
	for i := range 64 {
		for j := range inputs {
			x.Set(i, j, float64(float32(1000*float64(j*j)+rng.NormFloat64())))
			y.Set(i, j, rng.Float64())
		}
	}
	for name, c := range map[string]struct {
		layer func() mlp.Layer
		tol   float64 // relative, of predictions
	}{
		"BatchNorm": {func() mlp.Layer { return mlp.BatchNorm(inputs) }, 0},
		"LayerNorm": {func() mlp.Layer { return mlp.LayerNorm(inputs) }, ulp},
		"Normalization": {func() mlp.Layer {
			l := mlp.NewNormalization(inputs)
			if err := l.Adapt(x); err != nil {
				t.Fatal(err)
			}
			return l
		}, 0},
	} {
		double, single := pair(t, mlp.MeanSquaredError, func() []mlp.Layer { return []mlp.Layer{c.layer()} })
		same := func(when string) {
			t.Helper()
			a, err1 := double.Forward(x)
			b, err2 := single.Forward(x)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			for i, v := range a.RawMatrix().Data {
				v = float64(float32(v))
				if w := b.RawMatrix().Data[i]; math.Abs(w-v) > c.tol*math.Abs(v) {
					t.Errorf("%s %s: answer %d is %g, in double precision %g", name, when, i, w, v)
					return
				}
			}
		}
		same("before")
		opts := mlp.FitOptions{Epochs: 1, BatchSize: 64, Optimizer: mlp.SGD{LearningRate: 0.1}}
		fit(t, double, x, y, opts)
		fit(t, single, x, y, opts)
		for i, p := range single.Layers()[0].Params() {
			for j, w := range p.Value.RawRowView(0) {
				v, tol := double.Layers()[0].Params()[i].Value.At(0, j), 4*ulp
				if p.State {
					tol = 0
				}
				if math.Abs(w-v) > tol*max(1, math.Abs(v)) {
					t.Errorf("%s: after a step, %s[%d] is %g, in double precision %g", name, p.Name, j, w, v)
				}
			}
		}
	}
}

// Each activation gives in single precision what it gives in double precision, even
// with settings that single precision cannot hold.
func TestFloat32Activations(t *testing.T) {
	x, _, _, numbers := samples(40)
	_, units := numbers.Dims()
	for _, act := range append([]mlp.Activation{
		mlp.NewCELU(1e-50), mlp.NewCELU(1e200), mlp.NewELU(1e-50), mlp.NewELU(0.3),
		mlp.NewLeakyReLU(1e-50), mlp.NewLeakyReLU(0.3),
		mlp.NewHardSigmoid(0.2, 0.4), mlp.NewHardSigmoid(1e-50, 0.5), mlp.NewHardSigmoid(1, 1e200),
		mlp.NewHardTanh(-0.3, 0.2), mlp.NewHardTanh(-0.1, math.Inf(1)), mlp.NewHardTanh(-1e300, 1e300),
	}, testkit.Activations...) {
		double, single := pair(t, mlp.MeanSquaredError, func() []mlp.Layer {
			return []mlp.Layer{mlp.Dense(4, 9, act), mlp.ActivationLayer(9, act), mlp.Dense(9, units, mlp.Identity)}
		})
		opts := mlp.FitOptions{Epochs: 1, BatchSize: 40, Optimizer: mlp.SGD{LearningRate: 0.1}}
		fit(t, double, x, numbers, opts)
		fit(t, single, x, numbers, opts)
		a, err1 := double.Forward(x)
		b, err2 := single.Forward(x)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, act.Name(), b, a, 1e-5)
	}
}

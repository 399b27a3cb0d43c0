package mlp_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// On a linear model LBFGS finds the solution of the normal equations
// (XᵀCX + nλI)·w = XᵀCy, where C holds the weights of the rows.
func TestLBFGSSolvesLeastSquares(t *testing.T) {
	x, y := scaledData(t, "diabetes.csv", dataset.Numbers("progression"))
	rows, cols := x.Dims()
	for _, c := range []struct {
		lambda  float64
		weights bool
	}{{0, false}, {0.1, false}, {0.1, true}} {
		opts := mlp.FitOptions{Optimizer: mlp.LBFGS{Tolerance: 1e-9}}
		sum := float64(rows)
		cx := mat.DenseCopyOf(x)
		if c.weights {
			sum = 0
			for i := range rows {
				w := float64(1 + i%3)
				opts.SampleWeights = append(opts.SampleWeights, w)
				sum += w
				for j := range cols {
					cx.Set(i, j, w*x.At(i, j))
				}
			}
		}
		var a, b, want mat.Dense
		a.Mul(cx.T(), x)
		for j := range cols {
			a.Set(j, j, a.At(j, j)+sum*c.lambda)
		}
		b.Mul(cx.T(), y)
		if err := want.Solve(&a, &b); err != nil {
			t.Fatal(err)
		}
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(cols, 1, mlp.Identity, mlp.WithoutBias(), mlp.WithL2(c.lambda)))
		h := fit(t, net, x, y, opts)
		nearMatrix(t, "weights", net.Layers()[0].Params()[0].Value, &want, 1e-7)
		last := h.Epochs[len(h.Epochs)-1]
		if !errors.Is(h.Stopped, mlp.ErrStop) || !(last.GradientNorm < 1e-7) || last.LearningRate != 0 {
			t.Errorf("stopped by %v after %+v", h.Stopped, last)
		}
		if scores, err := net.Evaluate(x, y); !c.weights && (err != nil || math.Abs(scores.Loss-last.Train.Loss) > 1e-12 || math.Abs(scores.Score-last.Train.Score) > 1e-12) {
			t.Errorf("the last epoch says %+v, Evaluate %+v (%v)", last.Train, scores, err)
		}
	}
}

// A penalized multinomial logistic regression has one stationary point,
// wherever it starts.
func TestLBFGSFindsTheMaximumLikelihood(t *testing.T) {
	x, y := scaledData(t, "iris.csv", dataset.Classes("species"))
	var want []float64
	for seed := range uint64(3) {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(seed)},
			mlp.Dense(4, 3, mlp.Softmax, mlp.WithoutBias(), mlp.WithL2(0.01)))
		h := fit(t, net, x, y, mlp.FitOptions{Optimizer: mlp.LBFGS{Tolerance: 1e-10}})
		if last := h.Epochs[len(h.Epochs)-1]; !(last.GradientNorm < 1e-8) {
			t.Errorf("gradient %g after %d iterations: %v", last.GradientNorm, len(h.Epochs), h.Stopped)
		}
		if want == nil {
			want = weights(net)
		}
		for i, w := range weights(net) {
			near(t, "weight", w, want[i], 1e-7)
		}
	}
}

func TestLBFGSOnRosenbrock(t *testing.T) {
	f := func(g, x []float64) (float64, error) {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		g[0], g[1] = -2*a-400*x[0]*b, 200*b
		return a*a + 100*b*b, nil
	}
	x, iterations, err := mlp.MinimizeLBFGS(mlp.LBFGS{}, f, []float64{-1.2, 1})
	if !errors.Is(err, mlp.ErrStop) || math.Abs(x[0]-1) > 1e-5 || math.Abs(x[1]-1) > 1e-5 || iterations > 60 {
		t.Errorf("%v after %d iterations (%v)", x, iterations, err)
	}
	// The loss is infinite beyond 1, like that of a network that overflows.
	wall := func(g, x []float64) (float64, error) {
		if x[0] >= 1 {
			g[0] = math.NaN()
			return math.Inf(1), nil
		}
		g[0] = 0.1/(1-x[0]) - 1
		return -x[0] - 0.1*math.Log(1-x[0]), nil
	}
	if x, _, err := mlp.MinimizeLBFGS(mlp.LBFGS{}, wall, []float64{-30}); math.Abs(x[0]-0.9) > 1e-5 {
		t.Errorf("%v (%v)", x, err)
	}
	// A line has no minimum: the search must come to an end.
	line := func(g, x []float64) (float64, error) { g[0] = 1; return x[0], nil }
	if _, n, err := mlp.MinimizeLBFGS(mlp.LBFGS{}, line, []float64{0}); n != 1000 || err != nil {
		t.Errorf("%d iterations down a line (%v)", n, err)
	}
}

func TestLBFGSIterationsAreEpochs(t *testing.T) {
	x, classes, _, _ := samples(60)
	net := classifier(t, mlp.WithSeed(1))
	r := &recorder{}
	var shown []float64
	h := fit(t, net, x, classes, mlp.FitOptions{
		Optimizer: mlp.LBFGS{}, Epochs: 7, ValidationSplit: 0.2,
		Callbacks: []mlp.Callback{r, mlp.CallbackFunc(func(e *mlp.Epoch) error {
			scores, err := net.Evaluate(x, classes)
			shown = append(shown, scores.Loss)
			return err
		})},
	})
	if want := []string{"begin", "epoch 1", "epoch 2", "epoch 3", "epoch 4", "epoch 5", "epoch 6", "epoch 7", "end"}; !slices.Equal(r.events, want) {
		t.Errorf("events %v, want %v", r.events, want)
	}
	if r.run.Rows != 48 || r.run.Steps != 1 {
		t.Errorf("run %+v", r.run)
	}
	for i, e := range h.Epochs {
		if e.Validation == nil || i > 0 && !(e.Train.Loss < h.Epochs[i-1].Train.Loss) || !(e.GradientNorm > 0) {
			t.Errorf("epoch %d: %+v", i+1, e)
		}
	}
	if !(shown[6] < shown[0]) {
		t.Errorf("losses at the ends of the epochs: %v", shown)
	}
	h = fit(t, classifier(t, mlp.WithSeed(1)), x, classes, mlp.FitOptions{Optimizer: mlp.LBFGS{}, Callbacks: []mlp.Callback{
		&mlp.EarlyStopping{Patience: 2, Monitor: func(e *mlp.Epoch) float64 { return math.Abs(float64(e.Number) - 3) }},
	}})
	if h.BestEpoch != 3 || len(h.Epochs) != 5 {
		t.Errorf("best epoch %d of %d", h.BestEpoch, len(h.Epochs))
	}
}

// Even in the middle of an iteration, Fit ends with the weights of an iteration
// and not with those of a trial.
func TestLBFGSIsCancelled(t *testing.T) {
	x, classes, _, _ := samples(60)
	for after := range 10 {
		net := classifier(t, mlp.WithSeed(1))
		ctx := &countdown{Context: context.Background(), left: after}
		var last []float64
		h, err := net.Fit(ctx, x, classes, mlp.FitOptions{Optimizer: mlp.LBFGS{}, Callbacks: []mlp.Callback{
			mlp.CallbackFunc(func(*mlp.Epoch) error { last = weights(net); return nil }),
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("Fit returns %v", err)
		}
		if last != nil && !sameBits(last, weights(net)) {
			t.Errorf("after %d evaluations and %d epochs: weights of a trial", after, len(h.Epochs))
		}
	}
}

// countdown is a context that is canceled after it has been checked a number of
// times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestMistakesWithLBFGS(t *testing.T) {
	x, classes, _, numbers := samples(20)
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{Schedule: mlp.StepDecay{Every: 1}}, "mlp: Fit: Schedule with LBFGS, which takes all rows at once and finds its own steps"},
		{mlp.FitOptions{DecaySchedule: mlp.CosineDecay{}}, "DecaySchedule with LBFGS"},
		{mlp.FitOptions{DropoutSchedule: mlp.CosineDecay{}}, "DropoutSchedule with LBFGS"},
		{mlp.FitOptions{WeightDecay: 0.1}, "WeightDecay with LBFGS"},
		{mlp.FitOptions{DropLast: true}, "DropLast with LBFGS"},
		{mlp.FitOptions{Groups: []mlp.Group{{Has: everything, Rate: 2}}}, "Groups[0] that is not Fixed with LBFGS"},
		{mlp.FitOptions{BatchSize: 10}, "BatchSize with LBFGS"},
		{mlp.FitOptions{AccumulateSteps: 2}, "AccumulateSteps with LBFGS"},
		{mlp.FitOptions{AverageDecay: 0.9}, "AverageDecay with LBFGS"},
		{mlp.FitOptions{ClipNorm: 1}, "ClipNorm with LBFGS"},
		{mlp.FitOptions{ClipValue: 1}, "ClipValue with LBFGS"},
		{mlp.FitOptions{Resume: &mlp.TrainingState{}}, "Resume with LBFGS"},
		{mlp.FitOptions{Callbacks: []mlp.Callback{&mlp.Checkpoint{Path: "x"}}}, "mlp: Fit: callback 0 is a Checkpoint, but LBFGS has no state to resume with"},
		{mlp.FitOptions{Optimizer: mlp.LBFGS{Memory: -1}}, "mlp: Fit: LBFGS.Memory is -1, want at least 1 (or 0 for the default)"},
		{mlp.FitOptions{Optimizer: mlp.LBFGS{Tolerance: math.NaN()}}, "mlp: Fit: LBFGS.Tolerance is NaN, want a finite number of at least 0"},
	} {
		if c.opts.Optimizer == nil {
			c.opts.Optimizer = &mlp.LBFGS{}
		}
		if _, err := classifier(t).Fit(context.Background(), x, classes, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for want, layer := range map[string]mlp.Layer{
		"a layer draws random numbers":                 mlp.Dropout(4, 0.5),
		`parameter "layers.1.weight" has a Constraint`: mlp.Dense(4, 4, mlp.ReLU, mlp.WithMaxNorm(1)),
	} {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.BatchNorm(4), layer, mlp.Dense(4, 2, mlp.Identity))
		before := weights(net)
		if _, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Optimizer: mlp.LBFGS{}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if !sameBits(before, weights(net)) {
			t.Error("the weights have moved")
		}
	}
	big := scaledBy(numbers, 1e200)
	net := regressor(t)
	before := weights(net)
	for _, c := range []struct{ y, validation mat.Matrix }{{big, numbers}, {numbers, big}} {
		opts := mlp.FitOptions{Optimizer: mlp.LBFGS{}, Validation: &mlp.Dataset{X: x, Y: c.validation}}
		var diverged *mlp.DivergedError
		if _, err := net.Fit(context.Background(), x, c.y, opts); !errors.As(err, &diverged) || diverged.Step != 1 || !sameBits(before, weights(net)) {
			t.Errorf("an overflowing loss gives %v", err)
		}
	}
}

// A nil pointer is no optimizer, so the default is taken.
func TestNilLBFGS(t *testing.T) {
	x, classes, _, _ := samples(30)
	a, b := classifier(t, mlp.WithSeed(1)), classifier(t, mlp.WithSeed(1))
	fit(t, a, x, classes, mlp.FitOptions{Epochs: 1, Optimizer: (*mlp.LBFGS)(nil)})
	fit(t, b, x, classes, mlp.FitOptions{Epochs: 1})
	if !sameBits(weights(a), weights(b)) {
		t.Error("not the weights of the default")
	}
}

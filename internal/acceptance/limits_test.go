package acceptance_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// trainAnyhow trains and checks that the result is finite, or the error is a
// *DivergedError that names a place or ErrNotFinite; and that the weights are
// finite either way.
func trainAnyhow(t *testing.T, what string, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) {
	t.Helper()
	h, err := net.Fit(context.Background(), x, y, opts)
	if slices.ContainsFunc(weights(net), notFinite) {
		t.Errorf("%s: weights are not finite, with error %v", what, err)
	}
	var diverged *mlp.DivergedError
	switch {
	case errors.As(err, &diverged):
		if diverged.Epoch < 1 || diverged.Step < 1 || diverged.Layer < -1 || diverged.Layer >= len(net.Layers()) {
			t.Errorf("%s: %+v", what, diverged)
		}
	case err != nil:
		if !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%s: %v", what, err)
		}
	default:
		for _, e := range h.Epochs {
			if notFinite(e.Train.Loss) || notFinite(e.Train.Score) {
				t.Errorf("%s: epoch %+v", what, e)
			}
		}
		out, err := net.Predict(x)
		if err != nil || slices.ContainsFunc(out.RawMatrix().Data, math.IsNaN) {
			t.Errorf("%s: predicts %v, %v", what, out, err)
		}
	}
}

// Inputs and targets of any size train, or there is an error.
func TestScalesOfData(t *testing.T) {
	x, classes, yes, numbers := samples(30)
	for _, scale := range []float64{5e-324, 1e-300, 1e-200, 1e-100, 1e-10, 1, 1e10, 1e100, 1e150, 1e152, 1e153, 1e154, 1e200, 1e300, 1e307} {
		for _, opt := range testkit.Rules {
			what := fmt.Sprintf("scale %g, %s", scale, opt.Name())
			opts := mlp.FitOptions{Epochs: 3, BatchSize: 8, Optimizer: opt}
			sx := scaledBy(x, scale)
			trainAnyhow(t, what, classifier(t, mlp.WithSeed(1)), sx, classes, opts)
			trainAnyhow(t, what, binaryNet(t, mlp.WithSeed(1)), sx, yes, opts)
			trainAnyhow(t, what+", targets too", regressor(t, mlp.WithSeed(1)), sx, scaledBy(numbers, scale), opts)
			every := append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity))
			trainAnyhow(t, what+", every kind", model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, every...), sx, numbers, opts)
			opts.ClipNorm, opts.AverageDecay = 1, 0.9
			mae := model(t, mlp.MeanAbsoluteError, nil, mlp.Dense(4, 3, mlp.Tanh), mlp.Dense(3, 2, mlp.Identity))
			trainAnyhow(t, what+", absolute error", mae, x, scaledBy(numbers, scale), opts)
			trainAnyhow(t, what+", clipped", regressor(t, mlp.WithSeed(1)), sx, scaledBy(numbers, scale), opts)
		}
		what := fmt.Sprintf("scale %g, LBFGS", scale)
		trainAnyhow(t, what, regressor(t, mlp.WithSeed(1)), scaledBy(x, scale), scaledBy(numbers, scale), mlp.FitOptions{Epochs: 3, Optimizer: mlp.LBFGS{}})
		normal := mlp.NewNormalization(4)
		if err := normal.Adapt(scaledBy(x, scale)); err != nil {
			t.Errorf("scale %g: %v", scale, err)
			continue
		}
		adapted := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, normal, mlp.Dense(4, 2, mlp.Identity))
		trainAnyhow(t, what+", adapted", adapted, scaledBy(x, scale), numbers, mlp.FitOptions{Epochs: 3})
	}
}

// Every loss of logits of any size is finite, and so is its derivative.
func TestLossesOfLargeLogits(t *testing.T) {
	for _, loss := range slices.Concat(testkit.Losses, testkit.ParametricLosses) {
		units, act := 1, mlp.Identity
		switch loss.Task() {
		case mlp.Multiclass:
			units, act = 2, mlp.Softmax
		case mlp.Binary:
			act = mlp.Sigmoid
		}
		for _, size := range []float64{1, 100, 709, 1e4, 1e8} {
			if loss.Name() == mlp.Poisson.Name() && size > 700 {
				continue // its logits are logarithms of means, exp(size) overflows
			}
			for _, sign := range []float64{-1, 1} {
				for _, target := range []float64{0, 1} {
					net := model(t, loss, nil, mlp.Dense(1, units, act, mlp.WithInitializer(mlp.Constant(1))))
					setWeights([]*mat.Dense{net.Layers()[0].Params()[0].Value}, []float64{1, -1})
					y := mat.NewDense(1, units, nil)
					y.Set(0, 0, target)
					if units == 2 {
						y.Set(0, 1, 1-target)
					}
					what := fmt.Sprintf("%s of a logit of %g for %g", loss.Name(), sign*size, target)
					x := mat.NewDense(1, 1, []float64{sign * size})
					s, err := net.Evaluate(x, y)
					if err != nil || notFinite(s.Loss) {
						t.Errorf("%s: %v, %v", what, s.Loss, err)
					}
					if h, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 1, Optimizer: mlp.SGD{LearningRate: 1e-12}}); err != nil || notFinite(h.Epochs[0].GradientNorm) {
						t.Errorf("%s: %v", what, err)
					}
				}
			}
		}
	}
}

// Data and networks of odd shapes train.
func TestOddShapes(t *testing.T) {
	x, classes, yes, numbers := samples(30)
	constant := mat.DenseCopyOf(x)
	for i := range 30 {
		constant.Set(i, 1, 7)
		constant.Set(i, 2, 0)
	}
	same := mat.NewDense(30, 4, slices.Repeat([]float64{1, 2, 3, 4}, 30))
	oneClass := mat.NewDense(30, 3, slices.Repeat([]float64{0, 1, 0}, 30))
	every := func() mlp.Network {
		return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity))...)
	}
	opts := mlp.FitOptions{Epochs: 5, BatchSize: 7}
	trainAnyhow(t, "constant columns", classifier(t), constant, classes, opts)
	trainAnyhow(t, "constant columns, every kind", every(), constant, numbers, opts)
	trainAnyhow(t, "one row again and again", classifier(t), same, classes, opts)
	trainAnyhow(t, "one row again and again, every kind", every(), same, numbers, opts)
	trainAnyhow(t, "one class", classifier(t), x, oneClass, opts)
	trainAnyhow(t, "one of two classes", binaryNet(t), x, mat.NewDense(30, 1, nil), opts)
	trainAnyhow(t, "targets that are all the same", regressor(t), x, allOf(30, 2, 3), opts)
	first := func(m *mat.Dense) mat.Matrix { _, c := m.Dims(); return m.Slice(0, 1, 0, c) }
	trainAnyhow(t, "one row", classifier(t), first(x), first(classes), opts)
	trainAnyhow(t, "one row of two classes", binaryNet(t), first(x), first(yes), opts)

	wide := mat.NewDense(20, 10_000, nil)
	wide.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(7*i + 3*j)) }, wide)
	trainAnyhow(t, "10,000 columns", model(t, mlp.CategoricalCrossEntropy, nil, mlp.Dense(10_000, 4, mlp.ReLU), mlp.Dense(4, 3, mlp.Softmax)),
		wide, classes.Slice(0, 20, 0, 3), mlp.FitOptions{Epochs: 2})

	for _, act := range []mlp.Activation{mlp.ReLU, mlp.SELU, mlp.Tanh, mlp.Identity} {
		deep := []mlp.Layer{}
		for range 999 {
			deep = append(deep, mlp.Dense(4, 4, act))
		}
		deep = append(deep, mlp.Dense(4, 3, mlp.Softmax))
		trainAnyhow(t, "1,000 layers of "+act.Name(), model(t, mlp.CategoricalCrossEntropy, nil, deep...), x, classes, mlp.FitOptions{Epochs: 2})
	}
	skips := []mlp.Layer{}
	for range 300 {
		skips = append(skips, mlp.Residual(mlp.Dense(4, 4, mlp.ReLU), mlp.Dense(4, 4, mlp.Identity)))
	}
	trainAnyhow(t, "300 residual blocks", model(t, mlp.MeanSquaredError, nil, append(skips, mlp.Dense(4, 2, mlp.Identity))...), x, numbers, mlp.FitOptions{Epochs: 2})
}

// Options may be as large as an int allows.
func TestHugeOptions(t *testing.T) {
	x, classes, _, _ := samples(30)
	stop := mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number == 2 {
			return mlp.ErrStop
		}
		return nil
	})
	for _, opts := range []mlp.FitOptions{
		{BatchSize: math.MaxInt},
		{AccumulateSteps: math.MaxInt},
		{BatchSize: 1, AccumulateSteps: math.MaxInt},
		{BatchSize: math.MaxInt, AccumulateSteps: math.MaxInt, ValidationSplit: 0.5},
	} {
		opts.Epochs = math.MaxInt
		var info mlp.Run
		opts.Callbacks = []mlp.Callback{&begin{run: &info}, stop}
		net := classifier(t, mlp.WithSeed(1))
		h := fit(t, net, x, classes, opts)
		if len(h.Epochs) != 2 || info.Steps != 1 {
			t.Errorf("%d epochs of %d steps, want 2 of 1", len(h.Epochs), info.Steps)
		}
	}
}

// begin records the Run that a run begins with.
type begin struct{ run *mlp.Run }

func (b *begin) FitBegin(r *mlp.Run) error { *b.run = *r; return nil }
func (*begin) EpochEnd(e *mlp.Epoch) error { return nil }

// scheduleOf is a Schedule of another package.
type scheduleOf float64

func (s scheduleOf) Scale(epoch float64) float64 { return float64(s) }

// lossOf is a loss of another package that adds something to its value and to
// its derivative.
type lossOf struct {
	mlp.Loss
	value, grad float64
}

func (l lossOf) Eval(grad, yhat, y *mat.Dense) float64 {
	v := l.Loss.Eval(grad, yhat, y) + l.value
	if grad != nil {
		grad.Set(0, 0, grad.At(0, 0)+l.grad)
	}
	return v
}

// Whatever the parts from other packages do, the weights stay finite.
func TestPartsOfOthersThatFail(t *testing.T) {
	x, _, _, numbers := samples(30)
	for _, v := range []float64{nan, inf, -inf, 1e308, -1e308} {
		what := fmt.Sprint(v)
		for _, opt := range testkit.Rules {
			if v != 1e308 {
				continue // others are errors before a step
			}
			trainAnyhow(t, "schedule of "+what, regressor(t), x, numbers, mlp.FitOptions{Epochs: 3, Schedule: scheduleOf(v), Optimizer: opt})
		}
		for _, loss := range []mlp.Loss{lossOf{mlp.MeanSquaredError, v, 0}, lossOf{mlp.MeanSquaredError, 0, v}} {
			net := model(t, loss, nil, mlp.Dense(4, 3, mlp.Tanh), mlp.BatchNorm(3), mlp.Dense(3, 2, mlp.Identity))
			trainAnyhow(t, "loss of "+what, net, x, numbers, mlp.FitOptions{Epochs: 3})
			trainAnyhow(t, "loss of "+what+", clipped", net, x, numbers, mlp.FitOptions{Epochs: 3, ClipNorm: 1, ClipValue: 1})
		}
		act := mlp.NewActivation("odd", func(z float64) float64 { return v }, func(z float64) float64 { return v })
		net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 3, act), mlp.Dense(3, 2, mlp.Tanh))
		if h, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 3}); slices.ContainsFunc(weights(net), notFinite) {
			t.Errorf("activation of %s: weights are not finite, %v, %v", what, h, err)
		}
	}
}

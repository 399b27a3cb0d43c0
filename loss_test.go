package mlp_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/mlptest"
)

func TestLossesWithParameters(t *testing.T) {
	for _, loss := range testkit.ParametricLosses {
		t.Run(loss.Name(), func(t *testing.T) {
			mlptest.CheckLoss(t, loss)
			found, err := mlp.LossByName(loss.Name())
			if err != nil || found != loss {
				t.Errorf("LossByName(%q) = %v, %v", loss.Name(), found, err)
			}
		})
	}
}

func TestLossNames(t *testing.T) {
	for _, c := range []struct {
		loss mlp.Loss
		want string
	}{
		{mlp.Focal(2), "focal(2)"},
		{mlp.Huber(1), "huber"},
		{mlp.Huber(0.5), "huber(0.5)"},
		{mlp.Quantile(0.5), "quantile"},
		{mlp.Quantile(0.9), "quantile(0.9)"},
		{mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0), "binary_cross_entropy"},
		{mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), "label_smoothing(categorical_cross_entropy,0.1)"},
	} {
		if got := c.loss.Name(); got != c.want {
			t.Errorf("the name is %q, want %q", got, c.want)
		}
	}
	for name, want := range map[string]mlp.Loss{"huber(1)": mlp.Huber(1), "quantile(0.5)": mlp.Quantile(0.5)} {
		if got, err := mlp.LossByName(name); got != want || err != nil {
			t.Errorf("LossByName(%q) = %v, %v", name, got, err)
		}
	}
}

func TestMistakesInLosses(t *testing.T) {
	identity := []mlp.Layer{mlp.Dense(4, 1, mlp.Identity)}
	sigmoid := []mlp.Layer{mlp.Dense(4, 1, mlp.Sigmoid)}
	sigmoids := []mlp.Layer{mlp.Dense(4, 3, mlp.Sigmoid)}
	softmax := []mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)}
	build := func(layers []mlp.Layer, loss mlp.Loss) func() (any, error) {
		return func() (any, error) { return mlp.Model(layers, loss) }
	}
	lookup := func(name string) func() (any, error) {
		return func() (any, error) { return mlp.LossByName(name) }
	}
	const unknown = `, have ["binary_cross_entropy" "focal(2)" "hinge" "squared_hinge" "categorical_cross_entropy" "kl_divergence" "mean_squared_error" "mean_absolute_error" "huber" "log_cosh" "quantile" "poisson"]`
	for _, c := range []struct {
		call func() (any, error)
		want string
	}{
		{build(identity, mlp.Huber(0)), "mlp: Model: huber(0): delta is 0, want a finite number above 0"},
		{build(identity, mlp.Huber(math.Inf(1))), "mlp: Model: huber(+Inf): delta is +Inf, want a finite number above 0"},
		{build(identity, mlp.Quantile(0)), "mlp: Model: quantile(0): q is 0, want a number in (0, 1)"},
		{build(identity, mlp.Quantile(1)), "mlp: Model: quantile(1): q is 1, want a number in (0, 1)"},
		{build(identity, mlp.Quantile(math.NaN())), "mlp: Model: quantile(NaN): q is NaN, want a number in (0, 1)"},
		{build(sigmoid, mlp.Focal(-1)), "mlp: Model: focal(-1): gamma is -1, want a finite number of at least 0"},
		{build(sigmoid, mlp.Focal(math.Inf(1))), "mlp: Model: focal(+Inf): gamma is +Inf, want a finite number of at least 0"},
		{build(sigmoid, mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 1)), "mlp: Model: label_smoothing(binary_cross_entropy,1): epsilon is 1, want a number in [0, 1)"},
		{build(softmax, mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, -0.1)), "mlp: Model: label_smoothing(categorical_cross_entropy,-0.1): epsilon is -0.1, want a number in [0, 1)"},
		{build(identity, mlp.LabelSmoothing(mlp.MeanSquaredError, 0.1)), "mlp: Model: label_smoothing(mean_squared_error,0.1): labels are smoothed for binary_cross_entropy and categorical_cross_entropy only"},
		{build(identity, mlp.LabelSmoothing(mlp.MeanSquaredError, 0)), "mlp: Model: mean_squared_error: labels are smoothed for binary_cross_entropy and categorical_cross_entropy only"},
		{build(sigmoid, mlp.LabelSmoothing(nil, 0.1)), "mlp: Model: label_smoothing(nil,0.1): labels are smoothed for binary_cross_entropy and categorical_cross_entropy only"},
		{build(identity, mlp.Focal(2)), "mlp: Model: layer 0: focal(2) takes probabilities, identity(-100) is -100: use sigmoid"},
		{build(sigmoids, mlp.KLDivergence), "mlp: Model: layer 0: kl_divergence takes rows of probabilities that sum to one, sigmoid does not give them: use softmax"},
		{lookup("huber(-1)"), "mlp: LossByName: huber(-1): delta is -1, want a finite number above 0"},
		{lookup("label_smoothing(binary_cross_entropy,2)"), "mlp: LossByName: label_smoothing(binary_cross_entropy,2): epsilon is 2, want a number in [0, 1)"},
		{lookup("huber(x)"), `mlp: LossByName: unknown loss "huber(x)"` + unknown},
		{lookup("huber(2"), `mlp: LossByName: unknown loss "huber(2"` + unknown},
		{lookup("poisson(2)"), `mlp: LossByName: unknown loss "poisson(2)"` + unknown},
	} {
		if v, err := c.call(); v != nil || err == nil || err.Error() != c.want {
			t.Errorf("got  %v, %v\nwant %s", v, err, c.want)
		}
	}
}

func TestPoissonTakesNoNegativeTargets(t *testing.T) {
	x, _, _, numbers := samples(9)
	numbers.Apply(func(i, j int, v float64) float64 { return math.Abs(v) }, numbers)
	net := model(t, mlp.Poisson, nil, mlp.Dense(4, 2, mlp.Identity))
	before := weights(net)
	bad := with(numbers, 7, 1, -0.5)
	_, err := net.Fit(context.Background(), x, bad, mlp.FitOptions{})
	if want := "mlp: Fit: y row 7 has -0.5 in column 1, poisson takes numbers of at least 0"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if !sameBits(weights(net), before) {
		t.Error("weights have moved")
	}
	_, err = net.Evaluate(x, bad)
	if want := "mlp: Evaluate: y row 7 has -0.5 in column 1, poisson takes numbers of at least 0"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1})
}

// Losses of one entry and their derivatives.
func TestLossFormulas(t *testing.T) {
	for _, c := range []struct {
		loss        mlp.Loss
		yhat, y     float64
		value, grad float64
	}{
		{mlp.MeanSquaredError, 5, 2, 9, 6},
		{mlp.MeanAbsoluteError, 5, 2, 3, 1},
		{mlp.MeanAbsoluteError, -5, 2, 7, -1},
		{mlp.MeanAbsoluteError, 2, 2, 0, 0},
		{mlp.MeanAbsoluteError, 1e300, -1e300, 2e300, 1},
		{mlp.Huber(1), 2.5, 2, 0.125, 0.5},
		{mlp.Huber(1), 5, 2, 2.5, 1},
		{mlp.Huber(0.5), -5, 2, 3.375, -0.5},
		{mlp.Huber(0.5), 2.5, 2, 0.125, 0.5},
		{mlp.Huber(2), 2, 2, 0, 0},
		{mlp.Huber(0.5), 1e300, -1e300, 1e300, 0.5},
		{mlp.LogCosh, 1, 0, math.Log(math.Cosh(1)), math.Tanh(1)},
		{mlp.LogCosh, 0, 1e-4, 4.99999999166666669e-9, -math.Tanh(1e-4)},
		{mlp.LogCosh, 2, 2, 0, 0},
		{mlp.LogCosh, -1000, 0, 1000 - math.Ln2, -1},
		{mlp.LogCosh, 1e300, -1e300, 2e300, 1},
		{mlp.Quantile(0.9), 1, 3, 1.8, -0.9},
		{mlp.Quantile(0.9), 3, 1, 0.2, 0.1},
		{mlp.Quantile(0.9), 3, 3, 0, 0},
		{mlp.Quantile(0.25), 1e300, -1e300, 1.5e300, 0.75},
		{mlp.Poisson, 0, 3, 1, -2},
		{mlp.Poisson, 2, 3, math.Exp(2) - 6, math.Exp(2) - 3},
		{mlp.Poisson, -1e4, 3, 3e4, -3},
		{mlp.Poisson, -1e300, 0, 0, 0},
		{mlp.Poisson, 1e4, 3, inf, inf},
		{mlp.Focal(2), 0.75, 1, -math.Log(0.75) / 16, 0.5*math.Log(0.75) - 1.0/12},
		{mlp.Focal(2), 0.75, 0, -0.5625 * math.Log(0.25), -(1.5*math.Log(0.25) - 2.25)},
		{mlp.Focal(2), 1, 1, 0, 0},
		{mlp.Focal(2), 0, 0, 0, 0},
		{mlp.Focal(0.5), 1, 1, 0, 0},
		{mlp.Focal(2), 0, 1, 1022 * math.Ln2, -0x1p1022},
	} {
		grad := mat.NewDense(1, 1, nil)
		value := c.loss.Eval(grad, mat.NewDense(1, 1, []float64{c.yhat}), mat.NewDense(1, 1, []float64{c.y}))
		closeTo(t, c.loss.Name(), value, c.value, 1e-11)
		closeTo(t, c.loss.Name()+": derivative", grad.At(0, 0), c.grad, 1e-11)
	}
}

func TestLossesOfExtremeLogits(t *testing.T) {
	smooth := mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0.1)
	smoothRows := mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.3)
	for _, c := range []struct {
		loss  mlp.LogitLoss
		z, y  []float64
		value float64
		grad  []float64
	}{
		{mlp.Focal(2), []float64{1e4}, []float64{1}, 0, []float64{0}},
		{mlp.Focal(2), []float64{-1e4}, []float64{1}, 1e4, []float64{-1}},
		{mlp.Focal(2), []float64{1e4}, []float64{0}, 1e4, []float64{1}},
		{mlp.Focal(2), []float64{-1e4}, []float64{0}, 0, []float64{0}},
		{mlp.Focal(2), []float64{40}, []float64{1}, math.Exp(-120), []float64{-3 * math.Exp(-120)}},
		{smooth, []float64{1e4}, []float64{1}, 500, []float64{0.05}},
		{smooth, []float64{-1e4}, []float64{1}, 9500, []float64{-0.95}},
		{smooth, []float64{-1e4}, []float64{0}, 500, []float64{-0.05}},
		{smoothRows, []float64{1e4, -1e4, 0}, []float64{1, 0, 0}, 3e3, []float64{0.2, -0.1, -0.1}},
		{smoothRows, []float64{1e300, 0, 0}, []float64{0, 1, 0}, 0.9e300, []float64{0.9, -0.8, -0.1}},
		{mlp.BinaryCrossEntropy, []float64{1e4}, []float64{0}, 1e4, []float64{1}},
		{mlp.BinaryCrossEntropy, []float64{-1e4}, []float64{0}, 0, []float64{0}},
		{mlp.CategoricalCrossEntropy, []float64{1e4, -1e4, 0}, []float64{0, 1, 0}, 2e4, []float64{1, -1, 0}},
		{mlp.Hinge, []float64{-1e300}, []float64{1}, 1e300, []float64{-1}},
		{mlp.Hinge, []float64{1e300}, []float64{1}, 0, []float64{0}},
		{mlp.SquaredHinge, []float64{1e150}, []float64{0}, 1e300, []float64{2e150}},
		{mlp.LogCosh, []float64{1e300}, []float64{0}, 1e300, []float64{1}},
		{mlp.LogCosh, []float64{1e-200}, []float64{0}, 0, []float64{1e-200}},
		{mlp.Huber(1), []float64{-1e300}, []float64{0}, 1e300, []float64{-1}},
		{mlp.Quantile(0.9), []float64{-1e300}, []float64{0}, 0.9e300, []float64{-0.9}},
		{mlp.MeanAbsoluteError, []float64{-1e308}, []float64{0}, 1e308, []float64{-1}},
		{mlp.MeanSquaredError, []float64{1e150}, []float64{0}, 1e300, []float64{2e150}},
		{mlp.Poisson, []float64{-1e4}, []float64{3}, 3e4, []float64{-3}},
		{mlp.Poisson, []float64{700}, []float64{0}, math.Exp(700), []float64{math.Exp(700)}},
		{mlp.KLDivergence, []float64{1e4, -1e4, 0}, []float64{0, 0, 1}, 1e4, []float64{1, 0, -1}},
		{mlp.KLDivergence, []float64{1e4, -1e4, 0}, []float64{0.5, 0.5, 0}, 1e4 - math.Ln2, []float64{0.5, -0.5, 0}},
	} {
		k := len(c.z)
		dz := mat.NewDense(1, k, nil)
		value := c.loss.EvalLogits(dz, mat.NewDense(1, k, c.z), mat.NewDense(1, k, c.y))
		closeTo(t, c.loss.Name(), value, c.value, 1e-12)
		for j, want := range c.grad {
			closeTo(t, c.loss.Name()+": derivative", dz.At(0, j), want, 1e-12)
		}
	}
}

// Losses that are special cases of each other.
func TestRelatedLosses(t *testing.T) {
	p := mat.NewDense(3, 3, []float64{0.7, 0.2, 0.1, 0.25, 0.5, 0.25, 0.05, 0.05, 0.9})
	y := mat.NewDense(3, 3, []float64{0, 1, 0, 0, 0, 1, 0, 0, 1})
	smooth := func(epsilon, share float64) *mat.Dense {
		var m mat.Dense
		m.Apply(func(i, j int, v float64) float64 { return (1-epsilon)*v + epsilon*share }, y)
		return &m
	}
	for name, c := range map[string]struct {
		a, b   mlp.LogitLoss
		ya, yb *mat.Dense
		factor float64 // of b
	}{
		"median":              {mlp.Quantile(0.5), mlp.MeanAbsoluteError, y, y, 0.5},
		"huber of small":      {mlp.Huber(1), mlp.MeanSquaredError, y, y, 0.5},
		"focal without focus": {mlp.Focal(0), mlp.BinaryCrossEntropy, y, y, 1},
		"divergence":          {mlp.KLDivergence, mlp.CategoricalCrossEntropy, y, y, 1},
		"smooth binary":       {mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0.1), mlp.BinaryCrossEntropy, y, smooth(0.1, 1.0/2), 1},
		"smooth categorical":  {mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), mlp.CategoricalCrossEntropy, y, smooth(0.1, 1.0/3), 1},
	} {
		a, b := mat.NewDense(3, 3, nil), mat.NewDense(3, 3, nil)
		near(t, name, c.a.Eval(a, p, c.ya), c.factor*c.b.Eval(b, p, c.yb), 1e-14)
		b.Scale(c.factor, b)
		nearMatrix(t, name+": gradient", a, b, 1e-14)
		near(t, name+": logits", c.a.EvalLogits(a, p, c.ya), c.factor*c.b.EvalLogits(b, p, c.yb), 1e-14)
		b.Scale(c.factor, b)
		nearMatrix(t, name+": gradient by logits", a, b, 1e-14)
	}
	if d := mlp.KLDivergence.Eval(nil, p, p); d != 0 {
		t.Errorf("divergence of distributions from themselves is %v", d)
	}
}

func TestTaskString(t *testing.T) {
	for task, want := range map[mlp.Task]string{mlp.Binary: "binary", mlp.Multiclass: "multiclass", mlp.Regression: "regression", 0: "Task(0)"} {
		if got := task.String(); got != want {
			t.Errorf("Task %d: %s, want %s", int(task), got, want)
		}
	}
}

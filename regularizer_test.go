package mlp_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// gradientByFit returns the loss of a network on all rows and its gradient by
// all weights, as one step of gradient descent shows it.
func gradientByFit(t *testing.T, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) (loss float64, grad []float64) {
	t.Helper()
	rows, _ := x.Dims()
	before := weights(net)
	opts.Epochs, opts.BatchSize, opts.KeepOrder = 1, rows, true
	opts.Optimizer = mlp.SGD{LearningRate: 1}
	h := fit(t, net, x, y, opts)
	for i, w := range weights(net) {
		before[i] -= w
	}
	return h.Epochs[0].Train.Loss, before
}

// The weighted and the penalized losses of PyTorch.
func TestWeightsAndPenaltiesAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	classes := mat.NewDense(6, 3, nil)
	for i, class := range []int{0, 2, 1, 1, 0, 2} {
		classes.Set(i, class, 1)
	}
	cases := map[string]struct {
		output mlp.Activation
		loss   mlp.Loss
		y      *mat.Dense
		opts   mlp.FitOptions
		layer  []mlp.DenseOption
	}{
		"mse_row_weights":          {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{SampleWeights: []float64{1, 2, .5, 0, 3, 1}}, nil},
		"softmax_ce_class_weights": {mlp.Softmax, mlp.CategoricalCrossEntropy, classes, mlp.FitOptions{ClassWeights: []float64{0.5, 2, 1.5}}, nil},
		"mse_l2_0.01":              {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{}, []mlp.DenseOption{mlp.WithL2(0.01)}},
		"mse_l1_0.01":              {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{}, []mlp.DenseOption{mlp.WithL1(0.01)}},
	}
	for _, c := range r.Losses {
		want, ok := cases[c.Name]
		if !ok {
			continue
		}
		delete(cases, c.Name)
		net := model(t, want.loss, nil, r.stack(mlp.Tanh, want.output, want.layer...)...)
		r.setWeights(net.Layers())
		loss, grad := gradientByFit(t, net, r.X, want.y, want.opts)
		near(t, c.Name+": loss", loss, c.Loss, referenceTol)
		var wantGrad []float64
		for i, w := range c.Grad.Weights {
			wantGrad = append(append(wantGrad, w.RawMatrix().Data...), c.Grad.Biases[i]...)
		}
		for i := range wantGrad {
			near(t, c.Name+": gradient", grad[i], wantGrad[i], referenceTol)
		}
	}
	for name := range cases {
		t.Errorf("no reference for %s", name)
	}
}

func TestPenaltiesAreDifferentiated(t *testing.T) {
	l := mlp.Dense(3, 4, mlp.ReLU, mlp.WithL1(0.3), mlp.WithL2(0.7))
	p := l.Params()[0].Penalty
	w := []float64{-2, -0.5, 0.25, 3, 1e-3}
	got := make([]float64, len(w))
	value := p.Penalty(got, w)
	sumAbs, sumSquares := 0.0, 0.0
	for _, v := range w {
		sumAbs += math.Abs(v)
		sumSquares += v * v
	}
	near(t, "penalty", value, 0.3*sumAbs+0.7*sumSquares, 1e-15)
	want := fd.Gradient(nil, func(w []float64) float64 { return p.Penalty(nil, w) }, w, &fd.Settings{Formula: fd.Central})
	for i := range w {
		near(t, "derivative", got[i], want[i], 1e-6)
	}
	if l.Params()[1].Penalty != nil || mlp.Dense(3, 4, mlp.ReLU).Params()[0].Penalty != nil {
		t.Error("a penalty nobody asked for")
	}
}

func TestEvaluateIncludesThePenalty(t *testing.T) {
	x, _, _, numbers := samples(10)
	plain := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	penalized := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity, mlp.WithL2(0.5)))
	a, err1 := plain.Evaluate(x, numbers)
	b, err2 := penalized.Evaluate(x, numbers)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	norm := mat.Norm(plain.Layers()[0].Params()[0].Value, 2)
	near(t, "loss", b.Loss, a.Loss+0.5*norm*norm, 1e-12)
}

func TestMaxNorm(t *testing.T) {
	x, _, _, numbers := samples(50)
	numbers.Scale(100, numbers)
	net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 5, mlp.Tanh), mlp.Dense(5, 2, mlp.Identity, mlp.WithMaxNorm(1.5)))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 20, Optimizer: mlp.SGD{}})
	free := false
	for i, l := range net.Layers() {
		w := l.Params()[0].Value
		_, cols := w.Dims()
		for j := range cols {
			norm := mat.Norm(w.ColView(j), 2)
			if i == 1 && norm > 1.5*(1+1e-15) {
				t.Errorf("column %d has norm %v", j, norm)
			}
			free = free || i == 0 && norm > 1.5
		}
	}
	if !free {
		t.Error("the test is too tame: no norm of the free layer exceeds the bound")
	}
}

func TestClipping(t *testing.T) {
	x, _, _, numbers := samples(20)
	grads := func(opts mlp.FitOptions) []float64 {
		net := regressor(t, mlp.WithSeed(4))
		_, g := gradientByFit(t, net, x, numbers, opts)
		return g
	}
	norm := func(g []float64) float64 { return mat.Norm(mat.NewVecDense(len(g), g), 2) }
	free := grads(mlp.FitOptions{})
	full := norm(free)

	clipped := grads(mlp.FitOptions{ClipNorm: full / 3})
	for i := range free {
		near(t, "gradient clipped by norm", clipped[i], free[i]/3, 1e-12)
	}
	loose := grads(mlp.FitOptions{ClipNorm: 2 * full, ClipValue: 1e6})
	for i := range free {
		near(t, "gradient within the limits", loose[i], free[i], 1e-15)
	}
	limit := slices.Max(free) / 2
	for i, v := range grads(mlp.FitOptions{ClipValue: limit}) {
		near(t, "gradient clipped by value", v, max(-limit, min(limit, free[i])), 1e-12)
	}
	both := grads(mlp.FitOptions{ClipValue: limit, ClipNorm: 0.01})
	near(t, "norm after both", norm(both), 0.01, 1e-12)
}

func TestSampleWeightsAreRepetitions(t *testing.T) {
	x, classes, _, _ := samples(6)
	counts := []float64{1, 3, 0, 2, 1, 1}
	var rows []int
	for i, n := range counts {
		for range int(n) {
			rows = append(rows, i)
		}
	}
	repeatedX, repeatedY := mat.NewDense(len(rows), 4, nil), mat.NewDense(len(rows), 3, nil)
	for i, r := range rows {
		repeatedX.SetRow(i, x.RawRowView(r))
		repeatedY.SetRow(i, classes.RawRowView(r))
	}
	lossA, a := gradientByFit(t, classifier(t, mlp.WithSeed(2)), x, classes, mlp.FitOptions{SampleWeights: counts})
	lossB, b := gradientByFit(t, classifier(t, mlp.WithSeed(2)), repeatedX, repeatedY, mlp.FitOptions{})
	near(t, "loss", lossA, lossB, 1e-12)
	for i := range a {
		near(t, "gradient", a[i], b[i], 1e-12)
	}
}

// Shuffling takes the weights along.
func TestSampleWeightsFollowTheirRows(t *testing.T) {
	x, classes, _, _ := samples(40)
	weights := make([]float64, 40)
	for i := range 20 {
		weights[i] = 1 // the other rows do not count, and are wrong
		classes.SetRow(20+i, []float64{1, 0, 0})
	}
	net := classifier(t, mlp.WithSeed(1))
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 300, BatchSize: 4, Optimizer: mlp.Adam{LearningRate: 0.01}, SampleWeights: weights})
	scores, err := net.Evaluate(x.Slice(0, 20, 0, 4), classes.Slice(0, 20, 0, 3))
	if err != nil || scores.Score != 1 {
		t.Errorf("accuracy %v of the rows that count (%v)", scores.Score, err)
	}
}

func TestBalancedClassWeights(t *testing.T) {
	for _, c := range []struct {
		y    *mat.Dense
		want []float64
	}{
		{mat.NewDense(4, 1, []float64{0, 0, 0, 1}), []float64{4. / 6, 2}},
		{mat.NewDense(4, 3, []float64{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1}), []float64{4. / 3, 4. / 6, 4. / 3}},
	} {
		got, err := mlp.BalancedClassWeights(c.y)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.want {
			near(t, "weight", got[i], c.want[i], 1e-15)
		}
	}
	for _, c := range []struct {
		y    mat.Matrix
		want string
	}{
		{nil, "mlp: BalancedClassWeights: y is nil"},
		{mat.NewDense(2, 1, []float64{1, 1}), "mlp: BalancedClassWeights: class 0 has no rows"},
		{mat.NewDense(2, 1, []float64{1, 3}), "mlp: BalancedClassWeights: y[1,0] is 3, BalancedClassWeights takes 0 or 1"},
	} {
		if _, err := mlp.BalancedClassWeights(c.y); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

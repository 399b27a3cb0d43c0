package mlp_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

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

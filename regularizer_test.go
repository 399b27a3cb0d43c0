package mlp_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

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

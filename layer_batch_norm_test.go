package mlp_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"example.com/mlp"
)

// In training, each column comes out with mean b and variance w²·σ²/(σ² + ε).
func TestBatchNormMoments(t *testing.T) {
	l := mlp.BatchNorm(3)
	w, b := []float64{1, -2, 0.5}, []float64{0, 3, -1}
	l.Params()[0].Value.SetRow(0, w)
	l.Params()[1].Value.SetRow(0, b)
	x, _, _, _ := samples(50)
	y := l.NewPass(50, nil).Forward(x.Slice(0, 50, 0, 3).(*mat.Dense))
	for j := range 3 {
		_, variance := stat.PopMeanVariance(mat.Col(nil, j, x), nil)
		mean, got := stat.PopMeanVariance(mat.Col(nil, j, y), nil)
		near(t, "mean", mean, b[j], 1e-14)
		near(t, "variance", got, w[j]*w[j]*variance/(variance+1e-5), 1e-14)
	}
}

func TestBatchNormOfOneRow(t *testing.T) {
	l := mlp.BatchNorm(2)
	params := l.Params()
	params[1].Value.SetRow(0, []float64{5, -6})
	pass := l.NewPass(4, nil)
	nearMatrix(t, "y", pass.Forward(row([]float64{10, 20})), row([]float64{5, -6}), 0)
	nearMatrix(t, "∂L/∂x", pass.Backward(row([]float64{1, 2}), true), row([]float64{0, 0}), 0)
	nearMatrix(t, "∂L/∂weight", pass.Grads()[0], row([]float64{0, 0}), 0)
	nearMatrix(t, "∂L/∂bias", pass.Grads()[1], row([]float64{1, 2}), 0)
	nearMatrix(t, "running mean", params[2].Value, row([]float64{1, 2}), 1e-15)
	nearMatrix(t, "running variance", params[3].Value, row([]float64{1, 1}), 0)
}

func TestBatchNormMomentum(t *testing.T) {
	l := mlp.BatchNorm(1, mlp.WithMomentum(0.25))
	l.NewPass(2, nil).Forward(mat.NewDense(2, 1, []float64{3, 5}))
	nearMatrix(t, "running mean", l.Params()[2].Value, row([]float64{1}), 0)            // 0.75·0 + 0.25·4
	nearMatrix(t, "running variance", l.Params()[3].Value, row([]float64{1.25}), 1e-15) // 0.75·1 + 0.25·2
}

func TestBatchNormInfer(t *testing.T) {
	const rows, units = 3, 150
	l := varied(mlp.BatchNorm(units))
	x, want := mat.NewDense(rows, units, nil), mat.NewDense(rows, units, nil)
	for i := range rows {
		for j := range units {
			at := func(k int) float64 { return l.Params()[k].Value.At(0, j) }
			v := math.Sin(float64(i*units + j))
			x.Set(i, j, v)
			want.Set(i, j, (v-at(2))/math.Sqrt(at(3)+1e-5)*at(0)+at(1))
		}
	}
	nearMatrix(t, "Infer", infer(l, x), want, 1e-14)
}

// After many equal batches, Infer equals the training form except for n/(n−1).
func TestBatchNormRunningStatisticsConverge(t *testing.T) {
	const n = 60
	x, _, _, _ := samples(n)
	l := mlp.BatchNorm(4)
	pass := l.NewPass(n, nil)
	var y *mat.Dense
	for range 400 {
		y = pass.Forward(x)
	}
	nearMatrix(t, "Infer", infer(l, x), scaledBy(y, math.Sqrt((n-1.0)/n)), 1e-5) // ε is not scaled
}

// A run that fails restores the running statistics of the last completed epoch,
// as it does the weights.
func TestRunningStatisticsAreRestored(t *testing.T) {
	x, _, _, numbers := samples(32)
	l := mlp.BatchNorm(4)
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, l, mlp.Dense(4, 2, mlp.Identity))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2})
	before := weights(net)
	far := scaledBy(x, 1e200) // whose variance overflows
	_, err := net.Fit(t.Context(), far, numbers, mlp.FitOptions{})
	var diverged *mlp.DivergedError
	if !errors.As(err, &diverged) || diverged.Layer != 0 {
		t.Errorf("got %v, want a *DivergedError in layer 0", err)
	}
	if !sameBits(weights(net), before) {
		t.Error("the weights or running statistics have changed")
	}
}

// bystander is an optimizer that counts the numbers it updates.
type bystander struct {
	mlp.SGD
	seen *int
}

func (b bystander) Rate() float64 { return 0 }
func (b bystander) Slots() int    { return 1 }

func (b bystander) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	*b.seen += len(g)
}

func TestOptimizersDoNotSeeState(t *testing.T) {
	x, _, _, numbers := samples(10)
	l, seen := mlp.BatchNorm(4), 0
	net := model(t, mlp.MeanSquaredError, nil, l, mlp.Dense(4, 2, mlp.Identity))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1, Optimizer: bystander{seen: &seen}})
	if want := 4 + 4 + 4*2 + 2; seen != want {
		t.Errorf("the optimizer sees %d numbers, want %d", seen, want)
	}
	if l.Params()[2].Value.At(0, 0) == 0 {
		t.Error("Fit does not move the running mean")
	}
}

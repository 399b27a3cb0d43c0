package testkit

import (
	"context"
	"iter"
	"math"
	"runtime"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Fit fits net, which must succeed.
func Fit(t testing.TB, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) *mlp.History {
	t.Helper()
	h, err := net.Fit(context.Background(), x, y, opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Trainer is mlp.NewTrainer, which must succeed.
func Trainer(t testing.TB, net mlp.Network, opts mlp.FitOptions) *mlp.Trainer {
	t.Helper()
	tr, err := mlp.NewTrainer(net, opts)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// InBatches returns the rows of x and y in batches of the given sizes.
func InBatches(x, y *mat.Dense, sizes ...int) mlp.Batches {
	_, xcols := x.Dims()
	_, ycols := y.Dims()
	return func(epoch int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			lo := 0
			for _, n := range sizes {
				if !yield(mlp.Dataset{X: x.Slice(lo, lo+n, 0, xcols), Y: y.Slice(lo, lo+n, 0, ycols)}, nil) {
					return
				}
				lo += n
			}
		}
	}
}

// GradientByFit returns the loss of a network on all rows and its gradient with
// respect to all weights, derived from one step of gradient descent.
func GradientByFit(t *testing.T, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) (loss float64, grad []float64) {
	t.Helper()
	rows, _ := x.Dims()
	before := Weights(net)
	opts.Epochs, opts.BatchSize, opts.KeepOrder = 1, rows, true
	opts.Optimizer = mlp.SGD{LearningRate: 1}
	h := Fit(t, net, x, y, opts)
	for i, w := range Weights(net) {
		before[i] -= w
	}
	return h.Epochs[0].Train.Loss, before
}

// NewSlots returns the slots of opt for a parameter of n entries, before the
// first step.
func NewSlots(opt mlp.Rule, n int) [][]float64 {
	slots := make([][]float64, opt.Slots())
	for i := range slots {
		slots[i] = make([]float64, n)
	}
	return slots
}

// NAdamByFormula is NAdam with default values, by the formulas of its
// documentation. PyTorch before version 2 had μₜ twice in the product that
// should end with μₜ₊₁ (https://github.com/pytorch/pytorch/pull/92699).
type NAdamByFormula struct {
	mlp.NAdam
	PyTorch1 bool
}

func (n NAdamByFormula) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	mu := func(t int) float64 { return 0.9 * (1 - 0.5*math.Pow(0.96, 0.004*float64(t))) }
	product := 1.0
	for i := range t {
		product *= mu(i + 1)
	}
	next := product * mu(t+1)
	if n.PyTorch1 {
		next *= mu(t)
	}
	m, v := slots[0], slots[1]
	for i, g := range g {
		m[i] = 0.9*m[i] + 0.1*g
		v[i] = 0.999*v[i] + 0.001*g*g
		mean := mu(t+1)*m[i]/(1-next) + (1-mu(t))*g/(1-product)
		w[i] -= 0.002 * scale * mean / (math.Sqrt(v[i]/(1-math.Pow(0.999, float64(t)))) + 1e-8)
	}
}

// EndGoroutines checks that there are no more goroutines than before, once
// those that are about to end have ended.
func EndGoroutines(t *testing.T, before int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.GC() // which ends those of a Trainer
		time.Sleep(time.Millisecond)
	}
}

package outside_test

import (
	"math"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Loops is a BLAS whose matrix products are plain loops, from the last entry of
// a sum to the first.
type Loops struct {
	gonum.Implementation
	products *atomic.Int64
}

func (l Loops) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	l.products.Add(1)
	at := func(m []float64, stride int, t blas.Transpose, i, j int) float64 {
		if t != blas.NoTrans {
			i, j = j, i
		}
		return m[i*stride+j]
	}
	for i := range m {
		for j := range n {
			sum := 0.0
			for p := k - 1; p >= 0; p-- {
				sum += at(a, lda, tA, i, p) * at(b, ldb, tB, p, j)
			}
			if beta == 0 { // c may hold anything
				c[i*ldc+j] = alpha * sum
			} else {
				c[i*ldc+j] = alpha*sum + beta*c[i*ldc+j]
			}
		}
	}
}

// All of package mlp uses the matrix products that the program chooses.
func TestKernel(t *testing.T) {
	build := func() mlp.Network {
		return train(t, mlp.MeanSquaredError, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}},
			mlp.Dense(2, 8, mlp.Tanh), mlp.Residual(mlp.Dense(8, 8, mlp.Softmax)), mlp.Dense(8, 1, mlp.Identity))
	}
	builtIn := build()

	var products atomic.Int64
	before := blas64.Implementation()
	blas64.Use(Loops{products: &products})
	defer blas64.Use(before)
	seen := func(what string) {
		t.Helper()
		if products.Swap(0) == 0 {
			t.Errorf("%s: no product has come", what)
		}
	}
	for _, act := range []mlp.Activation{mlp.Tanh, mlp.Softmax} {
		mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Dense(4, 3, act) })
		seen("CheckLayer with " + act.Name())
	}
	foreign := build()
	seen("training")
	row := make([]float64, 1)
	if err := foreign.PredictRow(row, []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	seen("PredictRow")

	for i, l := range builtIn.Layers() {
		for j, p := range l.Params() {
			got := foreign.Layers()[i].Params()[j].Value.RawMatrix().Data
			for k, want := range p.Value.RawMatrix().Data {
				if math.Abs(got[k]-want) > 1e-9*max(1, math.Abs(want)) {
					t.Errorf("layer %d, %q: entry %d is %v, with the built-in products %v", i, p.Name, k, got[k], want)
				}
			}
		}
	}
}

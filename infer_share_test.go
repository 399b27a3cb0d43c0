package mlp_test

import (
	"runtime"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// waiting is a layer whose Infer waits until as many calls run at once as the
// group counts.
type waiting struct {
	mlp.Layer
	together *sync.WaitGroup
}

func (w waiting) Infer(dst, x *mat.Dense) {
	w.together.Done()
	w.together.Wait()
	w.Layer.Infer(dst, x)
}

// Rows that make a block for each goroutine are computed by all of them at once,
// although each fetches its next block early; otherwise this never ends.
func TestEachGoroutineGetsABlock(t *testing.T) {
	for _, c := range []struct{ procs, units, rows int }{{2, 200, 120}, {2, 256, 500}, {4, 200, 240}} {
		before := runtime.GOMAXPROCS(c.procs)
		defer runtime.GOMAXPROCS(before)
		together := new(sync.WaitGroup)
		together.Add(c.procs)
		net, err := mlp.Model([]mlp.Layer{
			mlp.Dense(100, c.units, mlp.ReLU),
			waiting{mlp.ActivationLayer(c.units, mlp.Identity), together},
			mlp.Dense(c.units, 2, mlp.Identity),
		}, mlp.MeanSquaredError)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := net.Predict(mat.NewDense(c.rows, 100, nil)); err != nil {
			t.Error(err)
		}
	}
}

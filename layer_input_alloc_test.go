//go:build !race

// Under the race detector, sync.Pool drops items at random, so functions that
// use one allocate.

package mlp_test

import (
	"errors"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestChecksOfInputsDoNotAllocate(t *testing.T) {
	x, y := positions(40, 3), mat.NewDense(40, 2, nil)
	row, dst := make([]float64, 2), mat.NewDense(40, 2, nil)
	for name, net := range lookups(t) {
		tr := trainer(t, net, mlp.FitOptions{})
		if n := testing.AllocsPerRun(20, func() {
			_, err1 := tr.FitBatch(x, y)
			err2, err3 := net.PredictTo(dst, x), net.PredictRow(row, x.RawRowView(7))
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestColumnsDoNotAllocate(t *testing.T) {
	x, y := mixedSamples(40)
	row, dst := make([]float64, 2), mat.NewDense(40, 2, nil)
	for name, p := range precisions {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{p.option}, mixed(), mlp.Dense(12, 2, mlp.Identity))
		tr, f := trainer(t, net, mlp.FitOptions{}), frozen(t, net)
		if n := testing.AllocsPerRun(20, func() {
			_, err1 := tr.FitBatch(x, y)
			err2, err3, err4 := net.PredictTo(dst, x), net.PredictRow(row, x.RawRowView(7)), f.PredictRow(row, x.RawRowView(7))
			if err := errors.Join(err1, err2, err3, err4); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

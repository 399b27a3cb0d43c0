package dataset_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// The fitted rows become evenly spaced shares, equal rows the middle of theirs.
func TestQuantileScalerTransform(t *testing.T) {
	s, err := dataset.FitQuantileScaler(mat.NewDense(5, 2, []float64{1, 3, 10, 3, 100, 3, 1000, 3, 1e300, 4}))
	if err != nil {
		t.Fatal(err)
	}
	z, err := s.Transform(mat.NewDense(4, 2, []float64{1, 2, 100, 3, 55, 3.5, math.MaxFloat64, 5}))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "z", z, []float64{0, 0}, []float64{0.5, 0}, []float64{0.375, 0.875}, []float64{1, 1})
	x, err := s.Inverse(mat.NewDense(2, 2, []float64{-1, 0.25, 0.375, 2}))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "x", x, []float64{1, 3}, []float64{55, 4})
}

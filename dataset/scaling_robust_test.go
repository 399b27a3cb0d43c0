package dataset_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestFitRobustScaler(t *testing.T) {
	s, err := dataset.FitRobustScaler(mat.NewDense(5, 2, []float64{1, 0, 1e300, 0, 3, 0, 5, 0, 2, 9}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Median, []float64{3, 0}) || !slices.Equal(s.Scale, []float64{3, 1}) {
		t.Errorf("%+v", s)
	}
}

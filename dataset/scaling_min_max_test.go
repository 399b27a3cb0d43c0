package dataset_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestFitMinMaxScaler(t *testing.T) {
	s, err := dataset.FitMinMaxScaler(mat.NewDense(3, 2, []float64{1, 7, 5, 7, 2, 7}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Min, []float64{1, 7}) || !slices.Equal(s.Range, []float64{4, 1}) {
		t.Errorf("%+v", s)
	}
}

package tabular

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestWeights(t *testing.T) {
	rows := []int{1, 3, 4, 5}
	d := &dataset.Data{ // of classes 0, 2, 2 and 2
		X:       mat.NewDense(4, 1, nil),
		Y:       mat.NewDense(4, 3, []float64{1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1}),
		Classes: []string{"a", "b", "c"},
	}
	third := 4. / 6
	for _, c := range []struct {
		opts Options
		want []float64
	}{
		{Options{}, nil},
		{Options{Weights: []float64{9, 1, 9, 2, 0, 3}}, []float64{1, 2, 0, 3}},
		{Options{Balanced: true}, []float64{2, third, third, third}}, // class 1 has no row
		{Options{Balanced: true, Weights: []float64{9, 3, 9, 1, 0, 2}}, []float64{6, third, 0, 2 * third}},
	} {
		got, err := c.opts.weights(rows, d)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, %v, want %v", c.opts, got, err, c.want)
		}
	}
}

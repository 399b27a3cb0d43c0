package tabular

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestNewInputs(t *testing.T) {
	layout := []dataset.Feature{
		{Column: "port", Kind: dataset.FeatureOneHot, Names: 2},
		{Column: "port", Kind: dataset.FeatureOneHot, Names: 2},
		{Column: "town", Kind: dataset.FeatureOneHot, Names: 2},
		{Column: "town", Kind: dataset.FeatureOneHot, Names: 2},
		{Column: "age", Kind: dataset.FeatureNumber},
		{Column: "age", Kind: dataset.FeatureFlag, Missing: true},
		{Column: "code", Kind: dataset.FeatureCode, Names: 7},
		{Column: "size", Kind: dataset.FeatureNumber},
	}
	l, group := newInputs(layout, dataset.Normal, func(n int) mlp.Layer { return mlp.PBLD(n, 4, 3) }, 2)
	inputs, units := l.Dims()
	if want := []int{2, 2, 2, 5, 5, 5, 0, 0, 1, 1, 3, 4, 4}; !slices.Equal(group, want) || inputs != 8 || units != len(want) {
		t.Errorf("%d inputs, %d units of %v, want %v", inputs, units, group, want)
	}
}

func TestSample(t *testing.T) {
	x := mat.NewDense(7, 1, []float64{0, 1, 2, 3, 4, 5, 6})
	if got := sample(x, 3).RawMatrix().Data; !slices.Equal(got, []float64{0, 2, 4}) {
		t.Errorf("rows %v", got)
	}
	if sample(x, 7) != x {
		t.Error("a copy of few rows")
	}
}

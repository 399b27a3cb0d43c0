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

// Of a number in several ways, a network takes the one that it wants; of the
// numbers of a date, all.
func TestNewInputsScaling(t *testing.T) {
	table, err := dataset.NewTable([]string{"size", "sold", "y"}, [][]string{
		{"1", "2024-05-01", "3"}, {"2", "2023-07-02", "4"}, {"4", "2024-01-31", "5"},
	})
	if err != nil {
		t.Fatal(err)
	}
	recipe := both.recipe(dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{dataset.Date{Column: "sold"}}})
	p, err := recipe.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	numbers := 0
	count := func(n int) mlp.Layer { numbers = n; return identity(n) }
	all := 0
	for _, f := range p.Layout() {
		if f.Kind == dataset.FeatureNumber {
			all++
		}
	}
	for _, scaling := range []dataset.Scaling{dataset.Normal, dataset.SmoothClip} {
		l, _ := newInputs(p.Layout(), scaling, count, 2)
		if err := l.(mlp.Validator).Validate(); err != nil {
			t.Fatal(err)
		}
		if want := all - 1; numbers != want {
			t.Errorf("%v: %d of %d numbers, want %d", scaling, numbers, all, want)
		}
	}
	if _, _ = newInputs(p.Layout(), dataset.MinMax, count, 2); numbers != all {
		t.Errorf("%d numbers, want all %d", numbers, all)
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

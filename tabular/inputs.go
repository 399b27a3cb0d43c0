package tabular

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// newInputs returns the layer that takes the features of a table: it gives those
// that are numbers to the layer that numbers makes for them and codes to an
// Embedding of this many units, and passes on the others. Of a number that is
// scaled in several ways it takes what the scaling has made, if that is there.
// group has for each of its outputs the number of what it comes from: of the
// feature, or of the column for the names of a column.
func newInputs(layout []dataset.Feature, scaling dataset.Scaling, numbers func(n int) mlp.Layer, units int) (l mlp.Layer, group []int) {
	var quantities, flags, codes, unused []int
	source := make([]int, len(layout))
	for j, f := range layout {
		switch f.Kind {
		case dataset.FeatureNumber:
			if f.Scaling == scaling || !hasScaled(layout, f, scaling) {
				quantities = append(quantities, j)
			} else {
				unused = append(unused, j)
			}
		case dataset.FeatureCode:
			codes = append(codes, j)
		default:
			flags = append(flags, j)
		}
		if j > 0 {
			source[j] = source[j-1]
			if before := layout[j-1]; f.Kind != dataset.FeatureOneHot || before.Kind != dataset.FeatureOneHot || f.Column != before.Column {
				source[j]++
			}
		}
	}
	var groups []mlp.ColumnGroup
	add := func(columns []int, l mlp.Layer) {
		groups = append(groups, mlp.ColumnGroup{Columns: columns, Layer: l})
		_, units := l.Dims()
		for _, j := range columns {
			for range units / len(columns) {
				group = append(group, source[j])
			}
		}
	}
	if n := len(quantities); n > 0 {
		add(quantities, numbers(n))
	}
	if n := len(flags); n > 0 {
		add(flags, identity(n))
	}
	for _, j := range codes {
		add([]int{j}, mlp.Embedding(layout[j].Names, units))
	}
	groups = append(groups, mlp.ColumnGroup{Columns: unused, Unused: true})
	return mlp.Columns(len(layout), groups...), group
}

// hasScaled reports whether the number that is the feature f is there with a
// scaling, too. Other features of a column, such as the fields of a date, are
// other numbers.
func hasScaled(layout []dataset.Feature, f dataset.Feature, scaling dataset.Scaling) bool {
	again, scaled := false, false
	for _, g := range layout {
		if g.Column == f.Column && g.Kind == dataset.FeatureNumber {
			again, scaled = again || g.Also, scaled || g.Scaling == scaling
		}
	}
	return again && scaled
}

// identity returns a layer that passes on n numbers.
func identity(n int) mlp.Layer { return mlp.ActivationLayer(n, mlp.Identity) }

// hasNumbers reports whether a feature is a number.
func hasNumbers(layout []dataset.Feature) bool {
	return slices.ContainsFunc(layout, func(f dataset.Feature) bool { return f.Kind == dataset.FeatureNumber })
}

// sample returns at most this many rows of x, evenly from all.
func sample(x *mat.Dense, most int) *mat.Dense {
	rows, cols := x.Dims()
	if rows <= most {
		return x
	}
	s := mat.NewDense(most, cols, nil)
	for i := range most {
		s.SetRow(i, x.RawRowView(i*rows/most))
	}
	return s
}

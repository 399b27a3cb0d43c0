package dataset_test

import (
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// read returns the table in the text.
func read(t *testing.T, text string, target dataset.Target) *dataset.Data {
	t.Helper()
	d, err := dataset.ReadCSV(strings.NewReader(text), target)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// numbered returns rows samples whose X[i,0] and Y[i,0] are i.
func numbered(rows int) *dataset.Data {
	d := &dataset.Data{
		X:        mat.NewDense(rows, 2, nil),
		Y:        mat.NewDense(rows, 1, nil),
		Features: []string{"row", "half"},
		Target:   "row again",
	}
	for i := range rows {
		d.X.SetRow(i, []float64{float64(i), float64(i) / 2})
		d.Y.Set(i, 0, float64(i))
	}
	return d
}

// classed returns samples of counts[c] rows of class c, sorted by class, with
// X[i,0] = i and a one-hot Y.
func classed(counts ...int) *dataset.Data {
	rows := 0
	for _, count := range counts {
		rows += count
	}
	d := numbered(rows)
	d.Y = mat.NewDense(rows, len(counts), nil)
	row := 0
	for c, count := range counts {
		d.Classes = append(d.Classes, string(rune('a'+c)))
		for range count {
			d.Y.Set(row, c, 1)
			row++
		}
	}
	return d
}

// column returns column j of m as integers.
func column(m *mat.Dense, j int) []int {
	var ints []int
	for _, v := range mat.Col(nil, j, m) {
		ints = append(ints, int(v))
	}
	return ints
}

// wantMatrix reports an error unless got has exactly these rows.
func wantMatrix(t *testing.T, name string, got *mat.Dense, rows ...[]float64) {
	t.Helper()
	want := mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
	if !mat.Equal(got, want) {
		t.Errorf("%s =\n%v\nwant\n%v", name, mat.Formatted(got), mat.Formatted(want))
	}
}

// wantError reports an error unless err has exactly this message.
func wantError(t *testing.T, err error, message string) {
	t.Helper()
	if err == nil || err.Error() != message {
		t.Errorf("error %v\nwant  %s", err, message)
	}
}

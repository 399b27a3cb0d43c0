package tabular

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// Whether a column has a cell in the rows to train with is left to chance, and no
// error: without one it is no input.
func TestEmptyColumns(t *testing.T) {
	rows := make([][]string, 30)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), "", "NA", "?", []string{"a", "b"}[i%2]}
	}
	rows[3] = []string{"3", "0.5", "yes", "name", "a"}
	table, err := dataset.NewTable([]string{"x", "number", "truth", "name", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for seed := range uint64(20) {
		tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"x", "number", "truth", "name"}
		if slices.Contains(tr.folds[0].rows.Test, 3) {
			want = want[:1]
			judged++
		}
		if got := tr.preparation.Columns(); !slices.Equal(got, want) {
			t.Errorf("seed %d: inputs %q, want %q", seed, got, want)
		}
	}
	if judged == 0 {
		t.Error("no seed lets the row with the cells judge")
	}
}

// A column that the recipe names is wanted, so that without a cell to learn from
// it is an error.
func TestEmptyNamedColumns(t *testing.T) {
	rows := make([][]string, 20)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), "", fmt.Sprint(i * i % 7)}
	}
	for _, c := range []struct {
		column dataset.Column
		cell   string // of the rows that judge
	}{
		{dataset.Numeric{Column: "named"}, "1"},
		{dataset.Categorical{Column: "named"}, "S"},
		{&dataset.Ordinal{Column: "named", Order: []string{"S", "M"}}, "S"},
		{dataset.Date{Column: "named"}, "2024-03-31"},
	} {
		for i := 10; i < 20; i++ {
			rows[i][1] = c.cell
		}
		table, err := dataset.NewTable([]string{"x", "named", "y"}, rows)
		if err != nil {
			t.Fatal(err)
		}
		opts := Options{Validation: dataset.HoldOutLast(0.5), Recipe: dataset.Recipe{Columns: []dataset.Column{c.column}}}
		if _, err := newTrainer(t.Context(), table, dataset.Numbers("y"), quantiles, opts); err == nil || !strings.Contains(err.Error(), "all cells are missing") {
			t.Errorf("%T: error %v", c.column, err)
		}
	}
}

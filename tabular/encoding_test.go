package tabular

import (
	"fmt"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// Whether a column has a cell in the rows to train with is left to chance, and no
// error: without one it is no input.
func TestEncodingOfEmptyColumns(t *testing.T) {
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

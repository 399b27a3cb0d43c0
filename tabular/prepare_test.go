package tabular

import (
	"fmt"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// shifting returns 40 rows, of which the last 10 have larger numbers, other names
// and another class.
func shifting(t *testing.T) *dataset.Table {
	t.Helper()
	rows := make([][]string, 40)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i % 7), []string{"a", "b", "c"}[i%3], fmt.Sprint("class ", i%2)}
		if i >= 30 {
			rows[i] = []string{fmt.Sprint(1000 + i), "late", "class late"}
		}
	}
	table, err := dataset.NewTable([]string{"number", "name", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// What columns become is learned from the rows to train with, and the classes
// are those of all rows.
func TestPrepare(t *testing.T) {
	table := shifting(t)
	for _, c := range []struct {
		validation dataset.Validation
		late       bool // rows are among those to train with
	}{
		{dataset.HoldOutLast(0.25), false},
		{dataset.CrossValidate(2), true},
		{dataset.HoldOutTable(table), true},
	} {
		tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), robustOneHot, Options{Validation: c.validation})
		if err != nil {
			t.Fatal(err)
		}
		codes := tr.preparation.Encodings()
		if got := slices.Contains(codes[1].Categories, "late"); got != c.late {
			t.Errorf("%v: names %v", c.validation, codes[1].Categories)
		}
		if scale := codes[0].Scale.Scale; c.late != (scale > 4) {
			t.Errorf("%v: numbers are scaled by %g", c.validation, scale)
		}
		if want := []string{"class 0", "class 1", "class late"}; !slices.Equal(tr.preparation.Classes(), want) {
			t.Errorf("%v: classes %v", c.validation, tr.preparation.Classes())
		}
	}
}

// A label of one row is no error, whether or not it judges.
func TestPrepareRareLabel(t *testing.T) {
	rows := make([][]string, 20)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), []string{"a", "b", "a|b"}[i%3]}
	}
	rows[5][1] = "rare"
	table, err := dataset.NewTable([]string{"x", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for seed := range uint64(20) {
		tr, err := newTrainer(t.Context(), table, dataset.LabelSets("y", "|"), quantiles, Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(tr.folds[0].rows.Test, 5) {
			judged++
		}
	}
	if judged == 0 {
		t.Error("no seed lets the row of the label judge")
	}
}

// Weights follow their rows into the folds.
func TestPrepareWeights(t *testing.T) {
	table := groupedTable(t)
	weights := make([]float64, table.Rows())
	for i := range weights {
		weights[i] = float64(i)
	}
	for _, v := range []dataset.Validation{{}, dataset.HoldOutLast(0.5), dataset.HoldOutGroups("group", 0.5), dataset.CrossValidate(3), dataset.HoldOutTable(table)} {
		tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Validation: v, Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range tr.folds {
			for i, row := range f.rows.Train {
				if f.weights[i] != float64(row) || f.train.Rows() != len(f.weights) {
					t.Errorf("%v: row %d has weight %g", v, row, f.weights[i])
				}
			}
		}
	}
}

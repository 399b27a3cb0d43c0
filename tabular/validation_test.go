package tabular

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// groupedTable has 60 rows with a number, one of some groups and one of three
// classes, of which the last is rare.
func groupedTable(t *testing.T) *dataset.Table {
	t.Helper()
	text := "x,group,y\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,group %d,class %d\n", i*i%7, i*i%11, []int{0, 0, 1, 0, 1, 2}[i%6])
	}
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// No group is on both sides, and the column of the groups is no input, whatever
// the recipe says about it.
func TestHoldOutGroups(t *testing.T) {
	table := groupedTable(t)
	groups, err := table.Column("group")
	if err != nil {
		t.Fatal(err)
	}
	for _, columns := range [][]dataset.Column{nil, {&dataset.Drop{Column: "group"}}, {dataset.Categorical{Column: "group"}}} {
		opts := Options{Validation: dataset.HoldOutGroups("group", 0.3), Recipe: dataset.Recipe{Columns: columns}}
		tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, opts)
		if err != nil {
			t.Fatal(err)
		}
		side := make(map[string]int)
		for _, row := range tr.folds[0].rows.Train {
			side[groups[row]] |= 1
		}
		held := 0
		for _, row := range tr.folds[0].rows.Test {
			if side[groups[row]]&2 == 0 {
				held++
			}
			side[groups[row]] |= 2
		}
		for name, sides := range side {
			if sides == 3 {
				t.Errorf("%s is on both sides", name)
			}
		}
		if want := int(math.Ceil(0.3 * float64(len(side)))); held != want {
			t.Errorf("%d of %d groups judge, want %d", held, len(side), want)
		}
		if columns := tr.preparation.Columns(); !slices.Equal(columns, []string{"x"}) {
			t.Errorf("inputs %v", columns)
		}
	}
}

func TestHoldOutTable(t *testing.T) {
	table := groupedTable(t)
	judges, err := dataset.NewTable([]string{"y", "more", "group", "x"}, [][]string{{"class 1", "0", "group 1", "3"}, {"class 0", "0", "new", "5"}})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Validation: dataset.HoldOutTable(judges)})
	if err != nil {
		t.Fatal(err)
	}
	f := tr.folds[0]
	labels, err := f.held.Labels()
	if err != nil || !slices.Equal(labels, []int{1, 0}) || f.train.Rows() != table.Rows() {
		t.Errorf("judges %v, %v, %d rows to train with", labels, err, f.train.Rows())
	}
}

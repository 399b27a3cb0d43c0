package tabular

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// validated are the rows of a table in the order of time: a class each, of
// which class 2 is rare, and a group.
const validatedRows = 60

func validatedTable(t *testing.T) (table *dataset.Table, class []int) {
	t.Helper()
	rows := make([][]string, validatedRows)
	class = make([]int, len(rows))
	for i := range rows {
		class[i] = []int{0, 0, 1, 0, 1, 2}[i%6]
		rows[i] = []string{fmt.Sprint(i * i % 7), fmt.Sprintf("group %d", i*i%11), fmt.Sprintf("class %d", class[i])}
	}
	table, err := dataset.NewTable([]string{"x", "group", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	return table, class
}

// Every Validation deals out each row once, and the same seed the same rows.
func TestValidationParts(t *testing.T) {
	table, class := validatedTable(t)
	for _, c := range []struct {
		validation Validation
		random     bool
		folds      int
		judges     int // rows of the first fold
	}{
		{HoldOut(0.2), true, 1, 12},
		{HoldOut(0.21), true, 1, 13},
		{HoldOutLast(0.25), false, 1, 15},
		{HoldOutGroups("group", 0.5), true, 1, 0},
		{CrossValidate(7), true, 7, 9},
		{CrossValidate(30), true, 30, 2},
	} {
		deal := func(seed uint64) []dataset.Fold {
			folds, err := c.validation.split(table, class, 3, seed)
			if err != nil {
				t.Fatal(err)
			}
			return folds
		}
		folds := deal(1)
		if len(folds) != c.folds || c.judges > 0 && len(folds[0].Test) != c.judges {
			t.Errorf("%v: %d folds, the first with %d rows that judge", c.validation, len(folds), len(folds[0].Test))
		}
		var judges []int
		for _, f := range folds {
			if all := sorted(slices.Concat(f.Train, f.Test)); !slices.Equal(all, span(0, validatedRows)) {
				t.Errorf("%v: train %v, judges %v", c.validation, f.Train, f.Test)
			}
			judges = append(judges, f.Test...)
		}
		if c.folds > 1 && !slices.Equal(sorted(judges), span(0, validatedRows)) {
			t.Errorf("%v: judges %v", c.validation, judges)
		}
		same := func(a, b []dataset.Fold) bool {
			return slices.EqualFunc(a, b, func(a, b dataset.Fold) bool { return slices.Equal(a.Test, b.Test) })
		}
		if !same(folds, deal(1)) {
			t.Errorf("%v: other rows from the same seed", c.validation)
		}
		differ := false // for one of several seeds, as two may draw the same few groups
		for seed := uint64(2); seed < 6; seed++ {
			differ = differ || !same(folds, deal(seed))
		}
		if differ != c.random {
			t.Errorf("%v: rows of other seeds differ: %t, want %t", c.validation, differ, c.random)
		}
	}
}

// Each class has its share of the rows that judge.
func TestValidationShares(t *testing.T) {
	table, class := validatedTable(t)
	for _, c := range []struct {
		validation Validation
		want       []int // rows of the classes
	}{
		{HoldOut(0.2), []int{6, 4, 2}},
		{CrossValidate(5), []int{6, 4, 2}},
		{CrossValidate(10), []int{3, 2, 1}},
	} {
		folds, err := c.validation.split(table, class, 3, 4)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range folds {
			got := make([]int, 3)
			for _, row := range f.Test {
				got[class[row]]++
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v: fold %d has %v, want %v", c.validation, i, got, c.want)
			}
		}
	}
}

func TestHoldOutLast(t *testing.T) {
	table, class := validatedTable(t)
	folds, err := HoldOutLast(0.1).split(table, class, 3, 0)
	if err != nil || !slices.Equal(folds[0].Test, []int{54, 55, 56, 57, 58, 59}) {
		t.Errorf("%v, %v", folds, err)
	}
}

// No group is on both sides, and the column of the groups is no input, whatever
// the recipe says about it.
func TestHoldOutGroups(t *testing.T) {
	table, _ := validatedTable(t)
	groups, err := table.Column("group")
	if err != nil {
		t.Fatal(err)
	}
	for _, columns := range [][]dataset.Column{nil, {&dataset.Drop{Column: "group"}}, {dataset.Categorical{Column: "group"}}} {
		opts := Options{Validation: HoldOutGroups("group", 0.3), Recipe: dataset.Recipe{Columns: columns}}
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
	table, _ := validatedTable(t)
	judges, err := dataset.NewTable([]string{"y", "more", "group", "x"}, [][]string{{"class 1", "0", "group 1", "3"}, {"class 0", "0", "new", "5"}})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Validation: HoldOutTable(judges)})
	if err != nil {
		t.Fatal(err)
	}
	f := tr.folds[0]
	labels, err := f.held.Labels()
	if err != nil || !slices.Equal(labels, []int{1, 0}) || f.train.Rows() != validatedRows {
		t.Errorf("judges %v, %v, %d rows to train with", labels, err, f.train.Rows())
	}
}

func TestValidationString(t *testing.T) {
	for want, v := range map[string]Validation{
		"HoldOut(0.2)":             {},
		"HoldOutLast(0.1)":         HoldOutLast(0.1),
		`HoldOutGroups("id", 0.5)`: HoldOutGroups("id", 0.5),
		"HoldOutTable":             HoldOutTable(nil),
		"CrossValidate(5)":         CrossValidate(5),
	} {
		if got := v.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

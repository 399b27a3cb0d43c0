package dataset_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
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
	every := make([]int, validatedRows)
	for i := range every {
		every[i] = i
	}
	for _, c := range []struct {
		validation dataset.Validation
		random     bool
		folds      int
		judges     int // rows of the first fold
	}{
		{dataset.HoldOut(0.2), true, 1, 12},
		{dataset.HoldOut(0.21), true, 1, 13},
		{dataset.HoldOutLast(0.25), false, 1, 15},
		{dataset.HoldOutGroups("group", 0.5), true, 1, 0},
		{dataset.CrossValidate(7), true, 7, 9},
		{dataset.CrossValidate(30), true, 30, 2},
		{dataset.CrossValidateGroups("group", 2), true, 2, 0},
		{dataset.CrossValidateGroups("group", 6), true, 6, 0},
	} {
		deal := func(seed uint64) []dataset.Fold {
			folds, err := c.validation.Folds(table, class, seed)
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
			if all := slices.Sorted(slices.Values(slices.Concat(f.Train, f.Test))); !slices.Equal(all, every) {
				t.Errorf("%v: train %v, judges %v", c.validation, f.Train, f.Test)
			}
			judges = append(judges, f.Test...)
		}
		if c.folds > 1 && !slices.Equal(slices.Sorted(slices.Values(judges)), every) {
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
		validation dataset.Validation
		want       []int // rows of the classes
	}{
		{dataset.HoldOut(0.2), []int{6, 4, 2}},
		{dataset.CrossValidate(5), []int{6, 4, 2}},
		{dataset.CrossValidate(10), []int{3, 2, 1}},
	} {
		folds, err := c.validation.Folds(table, class, 4)
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
	folds, err := dataset.HoldOutLast(0.1).Folds(table, class, 0)
	if err != nil || !slices.Equal(folds[0].Test, []int{54, 55, 56, 57, 58, 59}) {
		t.Errorf("%v, %v", folds, err)
	}
}

func TestValidationString(t *testing.T) {
	for want, v := range map[string]dataset.Validation{
		"none":                     {},
		"HoldOut(0.2)":             dataset.HoldOut(0.2),
		"HoldOutLast(0.1)":         dataset.HoldOutLast(0.1),
		`HoldOutGroups("id", 0.5)`: dataset.HoldOutGroups("id", 0.5),
		"HoldOutTable":             dataset.HoldOutTable(nil),
		"CrossValidate(5)":         dataset.CrossValidate(5),

		`CrossValidateGroups("id", 5)`: dataset.CrossValidateGroups("id", 5),
		"CrossValidateTime(5)":         dataset.CrossValidateTime(5),
	} {
		if got := v.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// No group is on both sides.
func TestHoldOutGroups(t *testing.T) {
	table, _ := validatedTable(t)
	groups, err := table.Column("group")
	if err != nil {
		t.Fatal(err)
	}
	folds, err := dataset.HoldOutGroups("group", 0.3).Folds(table, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	held := make(map[string]bool)
	for _, row := range folds[0].Test {
		held[groups[row]] = true
	}
	for _, row := range folds[0].Train {
		if held[groups[row]] {
			t.Errorf("%s is on both sides", groups[row])
		}
	}
	if len(held) != 2 { // of 6
		t.Errorf("%d groups judge", len(held))
	}
}

// The folds are those of GroupKFold, so that no group is on both sides.
func TestCrossValidateGroups(t *testing.T) {
	table, _ := validatedTable(t)
	groups := cellsIn(t, table, "group")
	for _, k := range []int{2, 4, 6} {
		folds, err := dataset.CrossValidateGroups("group", k).Folds(table, nil, 3)
		want, err2 := dataset.GroupKFold(groups, dataset.FoldOptions{Folds: k, Seed: 3})
		if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(folds, want) {
			t.Errorf("%d folds: %v, want %v (%v)", k, folds, want, err)
		}
		for _, f := range folds {
			for _, row := range f.Test {
				if slices.ContainsFunc(f.Train, func(i int) bool { return groups[i] == groups[row] }) {
					t.Errorf("%s is on both sides", groups[row])
				}
			}
		}
	}
}

// Each part is judged by what was trained with the rows before it.
func TestCrossValidateTime(t *testing.T) {
	table, class := validatedTable(t)
	for _, c := range []struct{ k, first, size int }{{2, 20, 20}, {7, 11, 7}, {29, 2, 2}} {
		folds, err := dataset.CrossValidateTime(c.k).Folds(table, class, 3)
		if err != nil || len(folds) != c.k {
			t.Fatal(len(folds), err)
		}
		for i, f := range folds {
			var before, judges []int
			for row := range c.first + i*c.size {
				before = append(before, row)
			}
			for row := range c.size {
				judges = append(judges, len(before)+row)
			}
			if !slices.Equal(f.Train, before) || !slices.Equal(f.Test, judges) {
				t.Errorf("%d parts, fold %d: train %v, judges %v", c.k, i, f.Train, f.Test)
			}
		}
	}
}

// What a Validation was made with can be asked for, and none deals nothing.
func TestValidationOfOthers(t *testing.T) {
	table, class := validatedTable(t)
	judged := dataset.HoldOutTable(table)
	folds, err := judged.Folds(table, class, 0)
	if err != nil || len(folds) != 1 || len(folds[0].Train) != validatedRows || folds[0].Test != nil {
		t.Errorf("%v, %v", folds, err)
	}
	if judged.Table() != table || dataset.HoldOut(0.1).Table() != nil || judged.Groups() != "" || dataset.HoldOutGroups("group", 0.1).Groups() != "group" || dataset.CrossValidateGroups("group", 2).Groups() != "group" {
		t.Error("other tables or groups")
	}
	none := dataset.Validation{}
	if folds, err := none.Folds(table, class, 0); folds != nil || err != nil {
		t.Errorf("%v, %v", folds, err)
	}
	if none.Table() != nil || none.Groups() != "" || dataset.HoldOut(0.1) != dataset.HoldOut(0.1) || dataset.HoldOut(0.1) == none {
		t.Error("not comparable")
	}
}

func TestValidationErrors(t *testing.T) {
	table, class := validatedTable(t)
	for _, c := range []struct {
		validation dataset.Validation
		table      *dataset.Table
		labels     []int
		want       string
	}{
		{dataset.HoldOut(1), table, class, "HoldOut(1): the share is 1, want a number in (0, 1)"},
		{dataset.HoldOut(-0.5), table, class, "HoldOut(-0.5): the share is -0.5, want a number in (0, 1)"},
		{dataset.HoldOutLast(math.NaN()), table, class, "HoldOutLast(NaN): the share is NaN, want a number in (0, 1)"},
		{dataset.HoldOut(0.001), table, class, "HoldOut(0.001): 1 of 60 rows are held out, want at least 2 and as many to train with"},
		{dataset.HoldOutLast(0.99), table, class, "HoldOutLast(0.99): 60 of 60 rows are held out, want at least 2 and as many to train with"},
		{dataset.HoldOutGroups("group", 0.99), table, class, `HoldOutGroups("group", 0.99): 6 of 6 groups are held out, want at least 1 and as many to train with`},
		{dataset.HoldOutGroups("city", 0.5), table, class, `HoldOutGroups("city", 0.5): no column "city", the columns are "x", "group", "y"`},
		{dataset.HoldOutTable(nil), table, class, "HoldOutTable: the table has fewer than 2 rows: 0"},
		{dataset.CrossValidate(1), table, class, "CrossValidate(1): 1 parts of 60 rows, want at least 2 parts of at least 2 rows"},
		{dataset.CrossValidate(31), table, class, "CrossValidate(31): 31 parts of 60 rows, want at least 2 parts of at least 2 rows"},
		{dataset.CrossValidateGroups("group", 0), table, class, `CrossValidateGroups("group", 0): 0 parts, want at least 2`},
		{dataset.CrossValidateGroups("group", 7), table, class, `CrossValidateGroups("group", 7): 7 folds of 6 groups, want at most as many folds as groups`},
		{dataset.CrossValidateGroups("city", 2), table, class, `CrossValidateGroups("city", 2): no column "city", the columns are "x", "group", "y"`},
		{dataset.CrossValidateTime(1), table, class, "CrossValidateTime(1): 1 parts and one before them of 60 rows, want at least 2 parts of at least 2 rows"},
		{dataset.CrossValidateTime(30), table, class, "CrossValidateTime(30): 30 parts and one before them of 60 rows, want at least 2 parts of at least 2 rows"},
		{dataset.HoldOut(0.5), nil, nil, "the table is nil or empty"},
		{dataset.HoldOut(0.5), table, class[1:], "59 labels, the table has 60 rows"},
	} {
		_, err := c.validation.Folds(c.table, c.labels, 1)
		wantError(t, err, "dataset: Validation.Folds: "+c.want)
	}
}

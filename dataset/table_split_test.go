package dataset_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// patients has 12 rows, the row in the first column, two classes and six groups.
func patients(t *testing.T) *dataset.Table {
	t.Helper()
	var b strings.Builder
	b.WriteString("row,ill,patient\n")
	for i := range 12 {
		fmt.Fprintf(&b, "%d,%s,p%d\n", i, [...]string{"no", "yes", "no"}[i%3], i/2)
	}
	return readTable(t, b.String())
}

// rowsNamed returns the first column of a table, which is the row.
func rowsNamed(t *testing.T, table *dataset.Table) []int {
	t.Helper()
	if table == nil {
		return nil
	}
	var rows []int
	for i := range table.Rows() {
		var row int
		if _, err := fmt.Sscan(table.Cell(i, 0), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// cellsIn returns the cells of a column.
func cellsIn(t *testing.T, table *dataset.Table, name string) []string {
	t.Helper()
	cells, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// The methods of a table deal as the functions do.
func TestTableSplits(t *testing.T) {
	table := patients(t)
	ill, patient := cellsIn(t, table, "ill"), cellsIn(t, table, "patient")
	for _, opts := range []dataset.SplitOptions{{}, {Test: 0.4, Seed: 3}} {
		same := func(name string, train, test *dataset.Table, err error, want dataset.Fold, err2 error) {
			t.Helper()
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(rowsNamed(t, train), want.Train) || !slices.Equal(rowsNamed(t, test), want.Test) {
				t.Errorf("%s: %v and %v, want %v", name, rowsNamed(t, train), rowsNamed(t, test), want)
			}
		}
		train, test, err := table.Split(opts)
		want, err2 := dataset.Split(12, opts)
		same("Split", train, test, err, want, err2)
		train, test, err = table.StratifiedSplit("ill", opts)
		want, err2 = dataset.StratifiedSplit(ill, opts)
		same("StratifiedSplit", train, test, err, want, err2)
		train, test, err = table.GroupSplit("patient", opts)
		want, err2 = dataset.GroupSplit(patient, opts)
		same("GroupSplit", train, test, err, want, err2)
	}
}

func TestTableFolds(t *testing.T) {
	table := patients(t)
	opts := dataset.FoldOptions{Folds: 3, Seed: 2}
	same := func(name string, got []dataset.Fold, err error, want []dataset.Fold, err2 error) {
		t.Helper()
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if len(got) != 3 || !slices.EqualFunc(got, want, func(a, b dataset.Fold) bool {
			return slices.Equal(a.Train, b.Train) && slices.Equal(a.Test, b.Test)
		}) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	got, err := table.KFold(opts)
	want, err2 := dataset.KFold(12, opts)
	same("KFold", got, err, want, err2)
	got, err = table.StratifiedKFold("ill", opts)
	want, err2 = dataset.StratifiedKFold(cellsIn(t, table, "ill"), opts)
	same("StratifiedKFold", got, err, want, err2)
	got, err = table.GroupKFold("patient", opts)
	want, err2 = dataset.GroupKFold(cellsIn(t, table, "patient"), opts)
	same("GroupKFold", got, err, want, err2)
}

func TestTableParts(t *testing.T) {
	table := patients(t)
	train, validation, test, err := table.Parts(dataset.Fold{Train: []int{3, 1}, Validation: []int{0}, Test: []int{11, 2}})
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range []*dataset.Table{train, validation, test} {
		if want := [][]int{{3, 1}, {0}, {11, 2}}[i]; !slices.Equal(rowsNamed(t, part), want) {
			t.Errorf("part %d has %v, want %v", i, rowsNamed(t, part), want)
		}
	}
	train, validation, test, err = train.Parts(dataset.Fold{Test: []int{1, 1}})
	if err != nil || train != nil || validation != nil || !slices.Equal(rowsNamed(t, test), []int{1, 1}) {
		t.Errorf("%v, %v, %v, %v", train, validation, test, err)
	}
}

func TestHead(t *testing.T) {
	table := patients(t)
	for n, want := range map[int]int{1: 1, 5: 5, 12: 12, 13: 12, math.MaxInt: 12} {
		head, err := table.Head(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := rowsNamed(t, head); len(got) != want || got[0] != 0 || got[want-1] != want-1 {
			t.Errorf("Head(%d) has %v", n, got)
		}
	}
	part, err := table.Subset([]int{7, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	if part, err = part.Head(2); err != nil || !slices.Equal(rowsNamed(t, part), []int{7, 3}) {
		t.Errorf("%v, %v", part, err)
	}
}

func TestTableSplitErrors(t *testing.T) {
	table := patients(t)
	gaps := readTable(t, "row,patient\n0,a\n1,\n2,b\n3,b\n")
	var none *dataset.Table
	split := func(_, _ *dataset.Table, err error) error { return err }
	parts := func(_, _, _ *dataset.Table, err error) error { return err }
	two := ": there are two parts, none for a Validation of 0.2: the function Split makes three, and Table.Parts tables of them"
	three := dataset.SplitOptions{Validation: 0.2}
	for _, test := range []struct {
		err     error
		message string
	}{
		{second(none.Head(1)), "Head: the table is nil or empty"},
		{second(table.Head(0)), "Head: 0 rows, want at least 1"},
		{split(none.Split(dataset.SplitOptions{})), "Split: the table is nil or empty"},
		{split(none.StratifiedSplit("ill", dataset.SplitOptions{})), "StratifiedSplit: the table is nil or empty"},
		{split(none.GroupSplit("ill", dataset.SplitOptions{})), "GroupSplit: the table is nil or empty"},
		{split(table.Split(three)), "Split" + two},
		{split(table.StratifiedSplit("ill", three)), "StratifiedSplit" + two},
		{split(table.GroupSplit("patient", three)), "GroupSplit" + two},
		{split(table.Split(dataset.SplitOptions{Test: 1})), "Split: test fraction is 1, want a number in (0, 1)"},
		{split(table.StratifiedSplit("sick", dataset.SplitOptions{})), `StratifiedSplit: no column "sick", the columns are "row", "ill", "patient"`},
		{split(table.StratifiedSplit("row", dataset.SplitOptions{})), `StratifiedSplit: class "0" has a single row, want at least 2`},
		{split(table.GroupSplit("sick", dataset.SplitOptions{})), `GroupSplit: no column "sick", the columns are "row", "ill", "patient"`},
		{split(gaps.GroupSplit("patient", dataset.SplitOptions{})), `GroupSplit: line 3, column 2 "patient": the cell is empty, so that the row has no group`},
		{split(table.GroupSplit("ill", dataset.SplitOptions{Test: 0.9})), `GroupSplit: a test fraction of 0.9 takes all 2 groups, none is left to train`},
		{parts(none.Parts(dataset.Fold{})), "Parts: the table is nil or empty"},
		{parts(table.Parts(dataset.Fold{})), "Parts: the fold has no rows"},
		{parts(table.Parts(dataset.Fold{Train: []int{0}, Validation: []int{12}, Test: []int{-1}})), "Parts: fold.Validation: rows[0] is 12, the table has rows 0 to 11"},
		{second(none.KFold(dataset.FoldOptions{})), "KFold: the table is nil or empty"},
		{second(table.KFold(dataset.FoldOptions{Folds: 13})), "KFold: 13 folds of 12 rows, want at most as many folds as rows"},
		{second(table.StratifiedKFold("sick", dataset.FoldOptions{})), `StratifiedKFold: no column "sick", the columns are "row", "ill", "patient"`},
		{second(table.StratifiedKFold("ill", dataset.FoldOptions{})), `StratifiedKFold: class "yes" has 4 rows, 5 folds need at least as many`},
		{second(none.GroupKFold("ill", dataset.FoldOptions{})), "GroupKFold: the table is nil or empty"},
		{second(gaps.GroupKFold("patient", dataset.FoldOptions{})), `GroupKFold: line 3, column 2 "patient": the cell is empty, so that the row has no group`},
		{second(table.GroupKFold("ill", dataset.FoldOptions{})), `GroupKFold: 5 folds of 2 groups, want at most as many folds as groups`},
	} {
		wantError(t, test.err, "dataset: Table."+test.message)
	}
}

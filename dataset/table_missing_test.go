package dataset_test

import (
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

func TestDropMissing(t *testing.T) {
	table := readTable(t, "row,x,y\n0,1,2\n1,,3\n2,NA,\n3,4, ? \n4,0,none\n5,nan,7\n")
	for _, c := range []struct {
		columns []string
		want    []int
	}{
		{[]string{"y"}, []int{0, 1, 4, 5}},
		{[]string{"x"}, []int{0, 3, 4}},
		{[]string{"x", "y"}, []int{0, 4}},
		{nil, []int{0, 4}},
		{[]string{"row"}, []int{0, 1, 2, 3, 4, 5}},
	} {
		left, err := table.DropMissing(c.columns...)
		if err != nil || !slices.Equal(rowsNamed(t, left), c.want) {
			t.Errorf("%q: rows %v, want %v (%v)", c.columns, rowsNamed(t, left), c.want, err)
		}
	}
	some, err := table.Subset([]int{5, 3, 5, 0})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := some.DropMissing("y"); err != nil || !slices.Equal(rowsNamed(t, left), []int{5, 5, 0}) {
		t.Errorf("rows %v (%v)", rowsNamed(t, left), err)
	}
}

// What a recipe would refuse as a target is dropped, and nothing else.
func TestDropMissingTarget(t *testing.T) {
	table := readTable(t, "x,y\n1,2\n2,NA\n3,\n4,5\n")
	recipe := dataset.Recipe{Target: dataset.Numbers("y")}
	_, err := recipe.Fit(table)
	wantError(t, err, `dataset: Recipe.Fit: line 3, column 2 "y": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`)
	left, err := table.DropMissing("y")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := recipe.Fit(left); err != nil || left.Rows() != 2 {
		t.Errorf("%d rows (%v)", left.Rows(), err)
	}
}

func TestDropMissingErrors(t *testing.T) {
	table := readTable(t, "x,y\n1,\n,3\n")
	_, err := table.DropMissing("z")
	wantError(t, err, `dataset: Table.DropMissing: no column "z", the columns are "x", "y"`)
	_, err = table.DropMissing()
	wantError(t, err, `dataset: Table.DropMissing: each of the 2 rows misses one of the columns "x", "y"`)
	_, err = new(dataset.Table).DropMissing()
	wantError(t, err, "dataset: Table.DropMissing: the table is nil or empty")
}

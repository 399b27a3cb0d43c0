package dataset_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// readTable returns the table in the text.
func readTable(t testing.TB, text string) *dataset.Table {
	t.Helper()
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// wantRows reports an error unless the table has exactly these rows.
func wantRows(t *testing.T, table *dataset.Table, rows ...[]string) {
	t.Helper()
	var got [][]string
	for i := range table.Rows() {
		var row []string
		for j := range table.Header() {
			row = append(row, table.Cell(i, j))
		}
		got = append(got, row)
	}
	if !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
		t.Errorf("rows %q, want %q", got, rows)
	}
}

func TestNewTable(t *testing.T) {
	rows := [][]string{{"1", " x"}, {"2", "y"}}
	table, err := dataset.NewTable([]string{" a", "b"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	rows[0][0] = "changed"
	wantRows(t, table, []string{"1", "x"}, []string{"2", "y"})
	cells, err := table.Column("b")
	if err != nil || !slices.Equal(cells, []string{"x", "y"}) {
		t.Errorf("Column = %q, %v", cells, err)
	}

	for _, test := range []struct {
		name    string
		header  []string
		rows    [][]string
		message string
	}{
		{"no header", nil, rows, "the header is empty"},
		{"no rows", []string{"a"}, nil, "no rows"},
		{"duplicate", []string{"a", "a"}, rows, `columns 1 and 2 are both named "a"`},
		{"ragged", []string{"a", "b"}, [][]string{{"1", "2"}, {"3"}}, "row 1 has 1 columns, the header has 2"},
		{"not UTF-8", []string{"a"}, [][]string{{"1"}, {"\xff"}}, `row 1, column 1 "a": "\xff" is not UTF-8`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := dataset.NewTable(test.header, test.rows)
			wantError(t, err, "dataset: NewTable: "+test.message)
		})
	}
}

func TestTableErrors(t *testing.T) {
	table := readTable(t, "a\n1\n2\n")
	_, err := table.Subset(nil)
	wantError(t, err, "dataset: Table.Subset: no rows are asked for")
	_, err = table.Subset([]int{0, 2})
	wantError(t, err, "dataset: Table.Subset: rows[1] is 2, the table has rows 0 to 1")
	for _, none := range []*dataset.Table{nil, new(dataset.Table)} {
		if none.Rows() != 0 || none.Header() != nil {
			t.Errorf("Rows = %d, Header = %q", none.Rows(), none.Header())
		}
		_, err = none.Subset([]int{0})
		wantError(t, err, "dataset: Table.Subset: the table is nil or empty")
		_, err = none.Column("a")
		wantError(t, err, "dataset: Table.Column: the table is nil or empty")
		_, err = dataset.Recipe{}.Fit(none)
		wantError(t, err, "dataset: Recipe.Fit: the table is nil or empty")
	}
}

// Outside of the table there is nothing.
func TestCellOutside(t *testing.T) {
	table := readTable(t, "a,b\n1,2\n3,4\n")
	part, err := table.Subset([]int{1})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []*dataset.Table{table, part, {}, nil} {
		for _, at := range [][2]int{{-1, 0}, {0, -1}, {0, 2}, {1, 3}, {2, 0}, {math.MaxInt, 1}, {0, math.MinInt}} {
			if cell := table.Cell(at[0], at[1]); cell != "" {
				t.Errorf("cell %v is %q", at, cell)
			}
		}
	}
	if cell := part.Cell(0, 1); cell != "4" {
		t.Errorf("the last cell is %q", cell)
	}
	if cell := part.Cell(1, 0); cell != "" {
		t.Errorf("the part has a cell %q of the whole", cell)
	}
}

package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
)

// A Table is a header and rows of cells, as they stand in a file or came as
// values. What the cells mean is said by a [Recipe]. Spaces around a text do not
// count.
//
// A column of numbers takes 8 bytes a cell, one of names 4 and each name once.
// Still every text is the one that was read: 1, 1.0 and 01 are three.
//
// A Table does not change and is safe for concurrent use.
type Table struct {
	name    string // of the file, for errors; "" if unknown
	header  []string
	columns []column
	lines   *rowLines // nil without a file
	first   int       // the number of the first row, for errors, without a file
	rows    []int     // the rows of a Subset; nil for all
}

// trimAll returns a copy of the cells without the spaces around them.
func trimAll(cells []string) []string {
	trimmed := make([]string, len(cells))
	for i, cell := range cells {
		trimmed[i] = strings.TrimSpace(cell)
	}
	return trimmed
}

// Rows returns the number of rows.
func (t *Table) Rows() int {
	switch {
	case t == nil || len(t.header) == 0:
		return 0
	case t.rows != nil:
		return len(t.rows)
	}
	return t.columns[0].rows()
}

// Header returns the names of the columns.
func (t *Table) Header() []string {
	if t == nil {
		return nil
	}
	return slices.Clone(t.header)
}

// Cell returns the text of a cell, and "" outside of the table. Of a value it is
// the text it would have in a file: "true", "1000000", "" for a missing one. Rows
// and columns count from 0.
func (t *Table) Cell(row, column int) string {
	if row < 0 || row >= t.Rows() || column < 0 || column >= len(t.header) {
		return ""
	}
	return t.cell(row, column)
}

// cell is Cell for a cell that there is.
func (t *Table) cell(row, column int) string { return t.value(row, column).String() }

// value returns a cell as it came.
func (t *Table) value(row, column int) Cell {
	if t.rows != nil {
		row = t.rows[row]
	}
	return t.columns[column].cell(row)
}

// Column returns the texts of the cells of the column of that name, as Cell does.
// It is an error if there is none.
func (t *Table) Column(name string) ([]string, error) {
	texts, err := t.texts(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.Column: %w", err)
	}
	return texts, nil
}

func (t *Table) texts(column string) ([]string, error) {
	j, err := t.find(column)
	if err != nil {
		return nil, err
	}
	texts := make([]string, t.Rows())
	for i := range texts {
		texts[i] = t.cell(i, j)
	}
	return texts, nil
}

// find returns the index of a column.
func (t *Table) find(name string) (int, error) {
	if err := t.check(); err != nil {
		return 0, err
	}
	j := slices.Index(t.header, name)
	if j < 0 {
		return 0, t.in(fmt.Errorf("no column %s, the columns are %s", quote.Text(name), quoteAll(t.header)))
	}
	return j, nil
}

// Subset returns the given rows in the given order. A row may be named more
// than once. The result shares the memory of t.
//
// It is an error to name no row or one that does not exist.
func (t *Table) Subset(rows []int) (*Table, error) {
	s, err := t.subset(rows)
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.Subset: %w", err)
	}
	return s, nil
}

func (t *Table) subset(rows []int) (*Table, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if err := checkRows(rows, t.Rows(), "the table has"); err != nil {
		return nil, t.in(err)
	}
	s := *t
	s.rows = make([]int, len(rows))
	for i, row := range rows {
		if t.rows != nil {
			row = t.rows[row]
		}
		s.rows[i] = row
	}
	return &s, nil
}

func (t *Table) check() error {
	if t.Rows() == 0 {
		return errors.New("the table is nil or empty")
	}
	return nil
}

// place says where a cell is: `line 17, column 3 "age"`.
func (t *Table) place(row, column int) string {
	return t.rowPlace(row) + ", " + columnPlace(column, t.header[column])
}

func (t *Table) rowPlace(row int) string {
	if t.rows != nil {
		row = t.rows[row]
	}
	if t.lines != nil {
		return fmt.Sprintf("line %d", t.lines.of(row))
	}
	return fmt.Sprintf("row %d", t.first+row)
}

func columnPlace(column int, name string) string {
	return fmt.Sprintf("column %d %s", column+1, quote.Text(name))
}

// at says in which file, line and column an error is.
func (t *Table) at(row, column int, err error) error {
	return t.in(fmt.Errorf("%s: %w", t.place(row, column), err))
}

// atColumn says in which file and column an error is.
func (t *Table) atColumn(column int, err error) error {
	return t.in(fmt.Errorf("%s: %w", columnPlace(column, t.header[column]), err))
}

// in says in which file an error is.
func (t *Table) in(err error) error {
	if t.name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", t.name, err)
}

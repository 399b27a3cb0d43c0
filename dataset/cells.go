package dataset

import "iter"

// cells is one column of the rows to learn from, or to encode.
type cells struct {
	table   *Table
	column  int
	missing *missingValues
}

func (c cells) name() string { return c.table.header[c.column] }

func (c cells) at(row int, err error) error { return c.table.at(row, c.column, err) }
func (c cells) atColumn(err error) error    { return c.table.atColumn(c.column, err) }

// cell returns the cell of a row.
func (c cells) cell(row int) Cell { return c.table.value(row, c.column) }

// quoted returns the cell of a row for an error.
func (c cells) quoted(row int) string { return c.cell(row).quoted() }

func (c cells) rowPlace(row int) string { return c.table.rowPlace(row) }

// all returns the rows with their cells.
func (c cells) all() iter.Seq2[int, Cell] {
	return func(yield func(row int, cell Cell) bool) {
		for i := range c.table.Rows() {
			if !yield(i, c.cell(i)) {
				return
			}
		}
	}
}

// known returns the cells that are not missing, or all cells if all are.
func (c cells) known() cells {
	t := *c.table
	t.rows = nil
	for i, cell := range c.all() {
		if c.missing.cell(nil, cell) {
			continue
		}
		if c.table.rows != nil {
			i = c.table.rows[i]
		}
		t.rows = append(t.rows, i)
	}
	if t.rows != nil {
		c.table = &t
	}
	return c
}

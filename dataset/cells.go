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

// all returns the rows with their cells.
func (c cells) all() iter.Seq2[int, string] {
	return func(yield func(row int, cell string) bool) {
		for i := range c.table.Rows() {
			if !yield(i, c.table.cell(i, c.column)) {
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
		if c.missing.text(cell) {
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

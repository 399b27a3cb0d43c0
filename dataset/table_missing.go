package dataset

import "fmt"

// DropMissing returns the rows that miss none of these columns, such as those of a
// target, or none at all if no column is named. Missing are the cells that a
// [Recipe] takes as such if its Missing is nil. The result shares the memory of t.
//
// It is an error if there is no such column, or if no row is left.
func (t *Table) DropMissing(columns ...string) (*Table, error) {
	left, err := t.dropMissing(columns)
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.DropMissing: %w", err)
	}
	return left, nil
}

func (t *Table) dropMissing(columns []string) (*Table, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		columns = t.header
	}
	missing := newMissing(nil)
	misses := make([]bool, t.Rows())
	for _, name := range columns {
		j, err := t.find(name)
		if err != nil {
			return nil, err
		}
		for i, cell := range (cells{t, j, missing}).all() {
			misses[i] = misses[i] || missing.cell(nil, cell)
		}
	}
	var rows []int
	for i, m := range misses {
		if !m {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, t.in(fmt.Errorf("each of the %d rows misses one of the columns %s", t.Rows(), quoteAll(columns)))
	}
	return t.subset(rows)
}

package dataset

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// transform returns the features of the rows of t, or the error of the first row
// that has none.
func (p *Preparation) transform(t *Table) (*mat.Dense, error) {
	return p.transformOr(t, func(_ int, err error) error { return err })
}

// transformOr returns the features of the rows of t. It calls refuse with the
// error of a row that has none, and ends with the error that refuse returns; with
// none it goes on.
func (p *Preparation) transformOr(t *Table, refuse func(row int, err error) error) (*mat.Dense, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	columns, err := p.tableColumns(t)
	if err != nil {
		return nil, err
	}
	if int64(t.Rows())*int64(len(p.features)) > math.MaxInt/8 {
		return nil, fmt.Errorf("%d features are too many for %d rows", len(p.features), t.Rows())
	}
	x := mat.NewDense(t.Rows(), len(p.features), nil)
	const most = 256 // rows whose features stay in the cache of the processor from one column to the next
	some := most
	for from := 0; from < t.Rows(); {
		// A mistake in a later column counts if it is in an earlier row.
		to := min(from+some, t.Rows())
		var first error
		for _, c := range columns {
			if row, err := c.encode(x, from, to); err != nil {
				first, to = t.at(row, c.index, err), row
			}
		}
		if from, some = to, min(2*some, most); first == nil {
			continue
		}
		if err := refuse(to, first); err != nil {
			return nil, err
		}
		from, some = to+1, 1 // as the rows after a bad one are encoded again, and it may be one of many
	}
	return x, nil
}

// A tableColumn is a column of a table that becomes columns of X.
type tableColumn struct {
	*columnEncoder
	missing *missingValues
	table   *Table
	index   int // in the table
	feature int // the first one in X

	// codes are those of a column with no more names than rows, and first has for
	// each the row of X that has its features, from 1.
	codes []uint32
	first []int
}

// tableColumns returns the columns of the table that the preparation needs.
func (p *Preparation) tableColumns(t *Table) ([]*tableColumn, error) {
	columns := make([]*tableColumn, len(p.columns))
	feature := 0
	for k, e := range p.columns {
		j, err := t.find(e.name)
		if err != nil {
			return nil, err
		}
		c := &tableColumn{columnEncoder: e, missing: p.missing, table: t, index: j, feature: feature}
		if names, ok := t.columns[j].(*nameColumn); ok && names.names.len() <= t.Rows() {
			c.codes, c.first = names.codes, make([]int, names.names.len())
		}
		columns[k] = c
		feature += len(e.features)
	}
	return columns, nil
}

// encode stores the features of some rows in x. An error is that of the row
// which is returned.
func (c *tableColumn) encode(x *mat.Dense, from, to int) (row int, err error) {
	width := len(c.features)
	for i := from; i < to; i++ {
		dst := x.RawRowView(i)[c.feature : c.feature+width]
		first := c.firstWith(i)
		if first != nil && *first > 0 {
			copy(dst, x.RawRowView(*first - 1)[c.feature:])
			continue
		}
		cell := c.table.value(i, c.index)
		if err := c.columnEncoder.encode(dst, cell, c.missing.cell(c.notation, cell)); err != nil {
			return i, err
		}
		if first != nil {
			*first = i + 1
		}
	}
	return to, nil
}

// firstWith returns the entry of first for the name in a row, nil without codes.
func (c *tableColumn) firstWith(row int) *int {
	if c.codes == nil {
		return nil
	}
	if c.table.rows != nil {
		row = c.table.rows[row]
	}
	return &c.first[c.codes[row]]
}

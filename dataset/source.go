package dataset

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/parallel"
)

// A Source has rows in parts, so that they need not fit into memory: those of a
// file, of a query, of a slice of structs. A [Table] is one, too.
//
// A network learns from a source by [Preparation.Batches], and answers like
// this, in memory that does not grow with the source:
//
//	for table, err := range source.Tables(10_000) {
//		if err != nil {
//			return err
//		}
//		answers, err := pipeline.Predict(table)
//		...
//	}
//
// The sources of this package are safe for concurrent use: each loop over tables
// reads for itself.
type Source interface {
	// Tables returns all rows in their order, in tables of at most so many
	// rows and at least one, which have the same columns. A source without rows has
	// no tables. After an error there are no more tables.
	//
	// Each call begins with the first row again. What cannot begin again, such as
	// a reader, says so by an error.
	Tables(rows int) iter.Seq2[*Table, error]
}

// ReadAll returns all rows of a source in one table. It is an error if the
// source has none. Errors of the source are returned as they are.
func ReadAll(source Source) (*Table, error) {
	if matrix.IsNil(source) {
		return nil, errors.New("dataset: ReadAll: the source is nil")
	}
	var parts []*Table
	for t, err := range source.Tables(math.MaxInt) {
		if err != nil {
			return nil, err
		}
		parts = append(parts, t)
	}
	if len(parts) == 1 && parts[0].check() == nil {
		return parts[0], nil
	}
	t, err := joinTables(parts)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadAll: %w", err)
	}
	return t, nil
}

// joinTables returns a table of the rows of all tables.
func joinTables(parts []*Table) (*Table, error) {
	if len(parts) == 0 {
		return nil, errors.New("the source has no rows")
	}
	for k, t := range parts {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("table %d: %w", k+1, err)
		}
		if !slices.Equal(t.header, parts[0].header) {
			return nil, fmt.Errorf("table %d has the columns %s, table 1 has %s", k+1, quoteAll(t.header), quoteAll(parts[0].header))
		}
	}
	b := newBuilder(parts[0].header)
	whole := &Table{name: parts[0].name, header: b.header, columns: make([]column, len(b.header))}
	for _, t := range parts {
		if err := b.checkRows(t.Rows()); err != nil {
			return nil, err
		}
		b.rows += t.Rows()
		if t.name != whole.name {
			whole.name = "" // as it is that of some rows alone
		}
	}
	parallel.For(len(whole.columns), func(j int) { whole.columns[j] = joinColumns(parts, j) })
	return whole, nil
}

// joinColumns returns a column of the cells that all tables have in one.
func joinColumns(parts []*Table, j int) column {
	var numbers [][]float64
	for _, t := range parts {
		if c, ok := t.columns[j].(*numberColumn); ok && t.rows == nil && c.plain() {
			numbers = append(numbers, c.values)
		}
	}
	if len(numbers) == len(parts) {
		return newNumberColumn(numbers...)
	}
	b := newColumnBuilder()
	for _, t := range parts {
		c := t.columns[j]
		if t.rows == nil {
			b.join(builderOf(c), 0, c.rows())
		}
		for _, row := range t.rows {
			b.add(c.cell(row))
		}
	}
	return b.column()
}

// Tables returns the rows of the table, which is a [Source], in parts that share
// its memory.
func (t *Table) Tables(rows int) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		err := checkPart(rows)
		if err == nil {
			err = t.check()
		}
		if err != nil {
			yield(nil, fmt.Errorf("dataset: Table.Tables: %w", err))
			return
		}
		if rows >= t.Rows() {
			yield(t, nil)
			return
		}
		for lo := 0; lo < t.Rows(); lo += rows {
			part, err := t.subset(span(lo, lo+min(rows, t.Rows()-lo)))
			if !yield(part, err) {
				return
			}
		}
	}
}

// checkPart returns an error unless tables can have so many rows.
func checkPart(rows int) error {
	if rows < 1 {
		return fmt.Errorf("tables of %d rows, want at least 1", rows)
	}
	return nil
}

// A tableSource is a source of tables that a function makes.
type tableSource struct {
	op   string // the function that made the source, for errors
	file string // that the rows are in; "" if none is known

	// each calls do for the tables and returns its error.
	each func(rows int, do func(t *Table) error) error
}

// errStopped says that no more tables are wanted.
var errStopped = errors.New("no more tables are wanted")

func (s *tableSource) Tables(rows int) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		err := checkPart(rows)
		if err == nil {
			err = s.each(rows, func(t *Table) error {
				t.name = s.file
				if !yield(t, nil) {
					return errStopped
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, fmt.Errorf("dataset: %s: %w", s.op, err))
		}
	}
}

package dataset

import (
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"example.com/mlp/internal/matrix"
)

// Rows are the rows of a query, such as *sql.Rows of package database/sql.
type Rows interface {
	Columns() ([]string, error)
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// SQL returns the rows of a query as a [Source]. The query is made at each call of
// Tables, and its rows are closed at the end:
//
//	source := dataset.SQL(func() (dataset.Rows, error) {
//		return db.QueryContext(ctx, "SELECT age, port, survived FROM passengers ORDER BY id")
//	})
//
// Without ORDER BY the rows may come in another order each time. A value is a
// cell as by [CellOf], and NULL is a missing value. Some drivers have integers
// for truth values and texts for times or decimals, which a [Recipe] takes as
// such.
//
// It is an error if two columns have the same name, and if a value is of a type
// that CellOf does not take or a text that is not UTF-8. Such an error names the
// row, from 0, and the column. Errors of the query and its rows are wrapped.
func SQL(query func() (Rows, error)) Source {
	return sqlSource("SQL", func() (Rows, error) {
		if query == nil {
			return nil, errors.New("the query is nil")
		}
		return query()
	})
}

// SQLRows is SQL for the rows of a query that has been made, which can be read
// once.
func SQLRows(rows Rows) Source {
	var begun atomic.Bool
	return sqlSource("SQLRows", func() (Rows, error) {
		if !matrix.IsNil(rows) && begun.Swap(true) {
			return nil, errors.New("rows cannot begin again: SQL can")
		}
		return rows, nil
	})
}

func sqlSource(op string, open func() (Rows, error)) Source {
	return &tableSource{op, "", func(most int, do func(t *Table) error) error {
		rows, err := open()
		if err != nil {
			return err
		}
		if matrix.IsNil(rows) {
			return errors.New("the rows are nil")
		}
		defer rows.Close()
		return readRows(&sqlRows{rows: rows}, most, do)
	}}
}

// sqlRows reads the rows of a query.
type sqlRows struct {
	rows   Rows
	values []any
	dest   []any // pointers to the values
}

func (s *sqlRows) header() ([]string, error) {
	names, err := s.rows.Columns()
	if err != nil {
		return nil, err
	}
	s.values = make([]any, len(names))
	s.dest = make([]any, len(names))
	for i := range s.dest {
		s.dest[i] = &s.values[i]
	}
	return slices.Clone(names), nil
}

func (s *sqlRows) read(cells []Cell) (line int, err error) {
	if !s.rows.Next() {
		if err := s.rows.Err(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	clear(s.values)
	if err := s.rows.Scan(s.dest...); err != nil {
		return 0, err
	}
	for i, value := range s.values {
		if cells[i], err = CellOf(value); err != nil {
			return 0, inColumn(i, err)
		}
	}
	return 0, nil
}

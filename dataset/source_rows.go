package dataset

import (
	"fmt"
	"io"
)

// A rowReader reads rows, once.
type rowReader interface {
	// header returns the names of the columns, and io.EOF if there are neither
	// columns nor rows. It is called first.
	header() ([]string, error)

	// read stores the next row in cells, which are missing values before, and
	// returns the line of the file that it begins in. The error is io.EOF after the
	// last row; any other does not say which row it is of, and is by inColumn if it
	// is of a cell.
	read(cells []Cell) (line int, err error)
}

// readRows calls do for tables of the rows of r, until it returns an error.
func readRows(r rowReader, rows int, do func(t *Table) error) error {
	p := &tableParts{most: rows, do: do}
	return p.read(r)
}

// tableParts makes tables of rows.
type tableParts struct {
	most int // rows of a table
	do   func(t *Table) error

	header []string
	build  *tableBuilder
}

func (p *tableParts) read(r rowReader) error {
	names, err := r.header()
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return err
	}
	if p.build, err = newTableBuilder(names); err != nil {
		return err
	}
	p.header = p.build.header
	cells := make([]Cell, len(names))
	for {
		clear(cells)
		line, err := r.read(cells)
		if err == io.EOF {
			return p.flush()
		}
		if err := p.add(cells, line, err); err != nil {
			return err
		}
		if p.build.rows == p.most {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
}

// add adds the row that was read, unless there was an error.
func (p *tableParts) add(cells []Cell, line int, err error) error {
	if line > 0 {
		if p.build.lines == nil {
			p.build.lines = new(rowLines)
		}
		p.build.lines.add(p.build.rows, line)
	}
	if e, ok := err.(*columnError); ok {
		return fmt.Errorf("%s, %s: %w", p.build.place(), columnPlace(e.column, p.header[e.column]), e.err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.build.place(), err)
	}
	return p.build.add(cells)
}

// flush passes on the rows in the builder, if there are any.
func (p *tableParts) flush() error {
	if p.build.rows == 0 {
		return nil
	}
	t, err := p.build.table()
	if err != nil {
		return err
	}
	p.build = newBuilder(p.header)
	p.build.first = t.first + t.Rows()
	return p.do(t)
}

// A columnError is an error of a cell.
type columnError struct {
	column int
	err    error
}

func (e *columnError) Error() string { return e.err.Error() }

// inColumn returns the error of a cell, nil for nil.
func inColumn(column int, err error) error {
	if err == nil {
		return nil
	}
	return &columnError{column, err}
}

package dataset

import (
	"fmt"
	"io"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
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

	names   []string
	before  int // rows of the tables that are done
	builder *tableBuilder
	rows    int   // in the builder
	lines   []int // of these rows, if they are in a file
}

func (p *tableParts) read(r rowReader) (err error) {
	if p.names, err = r.header(); err == io.EOF {
		return nil
	}
	if err != nil {
		return err
	}
	if p.builder, err = newTableBuilder(p.names); err != nil {
		return err
	}
	cells := make([]Cell, len(p.names))
	for {
		clear(cells)
		line, err := r.read(cells)
		if err == io.EOF {
			break
		}
		if err == nil {
			err = p.add(cells, line)
		}
		if err != nil {
			return p.at(line, err)
		}
		if p.rows == p.most {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	if p.rows == 0 {
		return nil
	}
	return p.flush()
}

// at says where the next row is, and in which column an error is.
func (p *tableParts) at(line int, err error) error {
	place := fmt.Sprintf("row %d", p.before+p.rows)
	if line > 0 {
		place = fmt.Sprintf("line %d", line)
	}
	if e, ok := err.(*columnError); ok {
		return fmt.Errorf("%s, %s: %w", place, columnPlace(e.column, p.names[e.column]), e.err)
	}
	return fmt.Errorf("%s: %w", place, err)
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

// add adds a row to the next table.
func (p *tableParts) add(cells []Cell, line int) error {
	for j, c := range cells {
		if !utf8.ValidString(c.text) {
			return inColumn(j, fmt.Errorf("%s is not UTF-8", quote.Text(c.text)))
		}
	}
	if err := p.builder.add(cells); err != nil {
		return err
	}
	p.rows++
	if line > 0 {
		p.lines = append(p.lines, line)
	}
	return nil
}

// flush passes on the rows in the builder.
func (p *tableParts) flush() error {
	t, err := p.builder.table()
	if err != nil {
		return err
	}
	t.first, t.lines = p.before, p.lines
	p.before, p.rows, p.lines = p.before+p.rows, 0, nil
	if p.builder, err = newTableBuilder(p.names); err != nil {
		return err
	}
	return p.do(t)
}

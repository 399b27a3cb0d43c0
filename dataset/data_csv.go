package dataset

import (
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ReadCSV reads a table of numbers and one target from r, which is as
// [ReadTable] reads it. For tables with other columns, missing cells, or
// scaling, see [Recipe].
//
// For n samples of p+1 columns the X of the result is n×p: all columns but the
// target, in the order of the file. The shape of Y depends on the target. The
// cells of X must be finite decimal numbers.
//
// Besides the errors of ReadTable these are errors: a target column that does
// not exist or is the only one, a cell that is not a finite number where one is
// wanted, an empty cell, and class names that do not suit the target.
func ReadCSV(r io.Reader, target Target) (*Data, error) {
	d, err := readCSV(r, target)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadCSV: %w", err)
	}
	return d, nil
}

func readCSV(r io.Reader, target Target) (*Data, error) {
	if err := target.check(); err != nil {
		return nil, err
	}
	t, err := readTable(r, ',')
	if err != nil {
		return nil, err
	}
	column, err := t.find(target.column)
	if err != nil {
		return nil, err
	}
	if len(t.header) == 1 {
		return nil, fmt.Errorf("no column besides the target %q", target.column)
	}
	x, err := t.numbers(column)
	if err != nil {
		return nil, err
	}
	cells := cells{t, column, map[string]bool{"": true}}
	encoder, err := target.fit(cells)
	if err != nil {
		return nil, err
	}
	y, err := encoder.encode(cells)
	if err != nil {
		return nil, err
	}
	return &Data{
		X:        x,
		Y:        y,
		Features: slices.Delete(t.Header(), column, column+1),
		Target:   target.column,
		Classes:  encoder.Classes,
	}, nil
}

// numbers returns all columns but one, which must hold numbers.
func (t *Table) numbers(except int) (*mat.Dense, error) {
	x := mat.NewDense(t.Rows(), len(t.header)-1, nil)
	for i := range t.Rows() {
		row := x.RawRowView(i)[:0]
		for j := range t.header {
			if j == except {
				continue
			}
			v, err := parseNumber(t.cell(i, j))
			if err != nil {
				return nil, t.at(i, j, err)
			}
			row = append(row, v)
		}
	}
	return x, nil
}

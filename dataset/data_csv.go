package dataset

import (
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ReadCSV reads a table of numbers and a target from r, which is as
// [ReadTable] reads it. For tables with other columns, missing cells, or
// scaling, see [Recipe].
//
// The X of the result has all columns except those of the target, in the order
// of the file. The shape of Y depends on the target. The cells of X must be
// finite decimal numbers. What means a missing value in a Recipe by default, such
// as "" and "NA", is an error in the target, too.
//
// Besides the errors of ReadTable these are errors: a target column that does
// not exist or is the only one, a cell that is not a finite number where one is
// wanted, an integer above 2⁵³ that float64 cannot represent, a missing value,
// and class names that do not suit the target.
func ReadCSV(r io.Reader, target Target, options ...ReadOptions) (*Data, error) {
	d, err := readCSV(r, target, options)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadCSV: %w", err)
	}
	return d, nil
}

func readCSV(r io.Reader, target Target, options []ReadOptions) (*Data, error) {
	if err := target.check(); err != nil {
		return nil, err
	}
	t, err := readTable(r, ',', options)
	if err != nil {
		return nil, err
	}
	names := target.learner.columns()
	columns, err := t.targetColumns(names, newMissing(nil))
	if err != nil {
		return nil, err
	}
	isTarget := make(map[int]bool) // by column
	for _, c := range columns {
		isTarget[c.column] = true
	}
	var features []string
	for j, name := range t.header {
		if !isTarget[j] {
			features = append(features, name)
		}
	}
	if len(features) == 0 {
		return nil, fmt.Errorf("no column besides the target %s", quoteAll(names))
	}
	x, err := t.numbers(isTarget)
	if err != nil {
		return nil, err
	}
	encoder, err := target.fit(columns)
	if err != nil {
		return nil, err
	}
	y, err := encodeTarget(encoder, columns)
	if err != nil {
		return nil, err
	}
	return &Data{
		X:        x,
		Y:        y,
		Features: features,
		Target:   names[0],
		Targets:  slices.Clone(names),
		Classes:  slices.Clone(encoder.classes()),
	}, nil
}

// numbers returns all columns except some, which must hold numbers.
func (t *Table) numbers(except map[int]bool) (*mat.Dense, error) {
	x := mat.NewDense(t.Rows(), len(t.header)-len(except), nil)
	for i := range t.Rows() {
		row := x.RawRowView(i)[:0]
		for j := range t.header {
			if except[j] {
				continue
			}
			v, err := (*Notation)(nil).number(t.value(i, j))
			if err != nil {
				return nil, t.at(i, j, err)
			}
			row = append(row, v)
		}
	}
	return x, nil
}

package dataset

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/mlp/internal/parallel"
)

// NewTable returns a table of the given rows, which it copies. The errors are
// those of ReadTable; they, and later ones, count the rows from 0.
func NewTable(header []string, rows [][]string) (*Table, error) {
	t, err := newTable(header, rows)
	if err != nil {
		return nil, fmt.Errorf("dataset: NewTable: %w", err)
	}
	return t, nil
}

func newTable(header []string, rows [][]string) (*Table, error) {
	b, err := newTableBuilder(header)
	if err != nil {
		return nil, err
	}
	for _, cells := range rows {
		if err := b.addTexts(cells); err != nil {
			return nil, err
		}
	}
	return b.table()
}

// Values are the cells of a column, row after row. [NumberValues], [TextValues]
// and [CellValues] make them.
type Values struct {
	name    string
	cells   iter.Seq[Cell]
	numbers []float64 // that the cells are, if they all came as numbers
	rows    int
}

// NumberValues are numbers. NaN is a missing value where the text "NaN" is.
// NewTableOf copies them.
func NumberValues(name string, numbers []float64) Values {
	return Values{name: name, numbers: numbers, rows: len(numbers), cells: func(yield func(Cell) bool) {
		for _, v := range numbers {
			if !yield(Number(v)) {
				return
			}
		}
	}}
}

// TextValues are texts, as they stand in a file: spaces around them do not
// count, and a text such as "1.0" stays a text. NewTableOf copies them.
func TextValues(name string, texts []string) Values {
	return Values{name: name, rows: len(texts), cells: func(yield func(Cell) bool) {
		for _, text := range texts {
			if !yield(Text(text)) {
				return
			}
		}
	}}
}

// CellValues are cells of any kind: numbers, texts, truth values, times and
// missing ones. NewTableOf copies them.
func CellValues(name string, cells []Cell) Values {
	return Values{name: name, rows: len(cells), cells: slices.Values(cells)}
}

// NewTableOf returns a table of these columns. Their values are never turned
// into text: what a [Recipe] learns from them is what it learns from their usual
// texts in a file, where 1 is "1" and true is "true".
//
// It is an error if there is no column or no row, if the columns do not have the
// same number of rows, if one has no name or that of another, and if a text is
// not UTF-8. Errors, and later ones, count the rows from 0.
func NewTableOf(columns ...Values) (*Table, error) {
	t, err := newTableOf(columns)
	if err != nil {
		return nil, fmt.Errorf("dataset: NewTableOf: %w", err)
	}
	return t, nil
}

func newTableOf(columns []Values) (*Table, error) {
	if len(columns) == 0 {
		return nil, errors.New("no columns")
	}
	header := make([]string, len(columns))
	for j, c := range columns {
		header[j] = c.name
	}
	b, err := newTableBuilder(header)
	if err != nil {
		return nil, err
	}
	rows := columns[0].rows
	if err := b.checkRows(rows); err != nil {
		return nil, err
	}
	for j, c := range columns {
		if c.rows != rows {
			return nil, fmt.Errorf("%s has %d rows, %s has %d", columnPlace(j, b.header[j]), c.rows, columnPlace(0, b.header[0]), rows)
		}
	}
	if rows == 0 {
		return nil, errors.New("no rows")
	}
	t := &Table{header: b.header, columns: make([]column, len(columns))}
	errs := make([]error, len(columns))
	parallel.For(len(columns), func(j int) {
		t.columns[j], errs[j] = columns[j].column(columnPlace(j, b.header[j]))
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// column returns a column of the values, whose place errors name.
func (v Values) column(place string) (column, error) {
	if v.numbers != nil && !slices.ContainsFunc(v.numbers, math.IsNaN) {
		return newNumberColumn(v.numbers), nil
	}
	b, row := newColumnBuilder(), 0
	for cell := range v.cells {
		if !cell.isUTF8() {
			return nil, fmt.Errorf("row %d, %s: %s is not UTF-8", row, place, cell.quoted())
		}
		b.add(cell)
		row++
	}
	return b.column(), nil
}

// From returns the table as one that begins with this row, from 0, of this file.
// It is for sources of other packages: later errors name the file, unless the
// name is "", and count the rows from there. The result shares the memory of t. A table
// that was read from lines keeps their numbers.
func (t *Table) From(file string, row int) *Table {
	if t == nil {
		return nil
	}
	from := *t
	from.name, from.first = file, row
	return &from
}

package dataset

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// ReadCSV reads a table of comma-separated values from r up to its end. The
// first line names the columns, every further line is a sample. Quotes are
// those of RFC 4180, empty lines are skipped, spaces around a cell do not
// count, and a UTF-8 byte order mark may come first.
//
// For n samples of p+1 columns the X of the result is n×p: all columns but the
// target, in the order of the file. The shape of Y depends on the target. The
// cells of X must be finite decimal numbers.
//
// An error names the line and the column. These are errors: no header or
// nothing after it, a column without a name or two of the same name, a line
// with more or fewer cells than the header, a quote that is left open or stands
// inside a cell, a target column that does not exist or is the only one, a
// cell that is not a finite number where one is wanted, an empty cell, and
// class names that do not suit the target. Errors of r are wrapped.
func ReadCSV(r io.Reader, target Target) (*Data, error) {
	d, err := readCSV(r, target)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadCSV: %w", err)
	}
	return d, nil
}

func readCSV(r io.Reader, target Target) (*Data, error) {
	if isNil(r) {
		return nil, errors.New("the reader is nil")
	}
	if err := target.check(); err != nil {
		return nil, err
	}
	t, err := newTable(r, target)
	if err != nil {
		return nil, err
	}
	for {
		switch err := t.readRow(); {
		case err == io.EOF:
			return t.data()
		case err != nil:
			return nil, err
		}
	}
}

// A table is a CSV file of which some rows have been read.
type table struct {
	csv    *csv.Reader
	header []string
	target int // index of the target column

	rows int
	x    []float64 // row by row
	y    encoder
}

// newTable reads the header.
func newTable(r io.Reader, target Target) (*table, error) {
	t := &table{csv: newCSVReader(r), y: target.newEncoder()}
	header, err := t.csv.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty, a header line is needed")
	}
	if err != nil {
		return nil, describe(err)
	}
	t.header = trimAll(header)
	if err := checkHeader(t.header); err != nil {
		line, _ := t.csv.FieldPos(0)
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	t.target = slices.Index(t.header, target.column)
	if t.target < 0 {
		return nil, fmt.Errorf("no column %q, the columns are %s", target.column, quoteAll(t.header))
	}
	if len(t.header) == 1 {
		return nil, fmt.Errorf("no column besides the target %q", target.column)
	}
	return t, nil
}

// newCSVReader returns a reader of the records in r after a byte order mark,
// if there is one.
func newCSVReader(r io.Reader) *csv.Reader {
	const mark = "\ufeff"
	b := bufio.NewReader(r)
	if start, _ := b.Peek(len(mark)); string(start) == mark {
		b.Discard(len(mark)) // cannot fail: these bytes are in the buffer
	}
	c := csv.NewReader(b)
	c.FieldsPerRecord = -1 // readRow counts them
	c.TrimLeadingSpace = true
	return c
}

func checkHeader(header []string) error {
	first := make(map[string]int, len(header))
	for i, name := range header {
		if name == "" {
			return fmt.Errorf("column %d has no name", i+1)
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("columns %d and %d are both named %q", j+1, i+1, name)
		}
		first[name] = i
	}
	return nil
}

// readRow reads the next sample. It returns io.EOF if there is none.
func (t *table) readRow() error {
	cells, err := t.csv.Read()
	if err != nil {
		return describe(err)
	}
	if len(cells) != len(t.header) {
		line, _ := t.csv.FieldPos(0)
		return fmt.Errorf("line %d has %d columns, the header has %d", line, len(cells), len(t.header))
	}
	for i, cell := range cells {
		if err := t.addCell(i, strings.TrimSpace(cell)); err != nil {
			line, _ := t.csv.FieldPos(i)
			return fmt.Errorf("line %d, column %q: %w", line, t.header[i], err)
		}
	}
	t.rows++
	return nil
}

func (t *table) addCell(column int, cell string) error {
	if column == t.target {
		return t.y.add(cell)
	}
	v, err := parseNumber(cell)
	if err != nil {
		return err
	}
	t.x = append(t.x, v)
	return nil
}

// data returns the rows that have been read.
func (t *table) data() (*Data, error) {
	if t.rows == 0 {
		return nil, errors.New("no rows after the header")
	}
	y, classes, err := t.y.encode()
	if err != nil {
		return nil, fmt.Errorf("column %q: %w", t.header[t.target], err)
	}
	return &Data{
		X:        mat.NewDense(t.rows, len(t.header)-1, t.x),
		Y:        y,
		Features: slices.Delete(slices.Clone(t.header), t.target, t.target+1),
		Target:   t.header[t.target],
		Classes:  classes,
	}, nil
}

// describe puts an error of package csv into the words of this package. It
// leaves others, such as io.EOF and those of the underlying reader, alone.
func describe(err error) error {
	var p *csv.ParseError
	switch {
	case !errors.As(err, &p):
		return err
	case p.Line != p.StartLine:
		return fmt.Errorf("lines %d to %d: %w", p.StartLine, p.Line, p.Err)
	default:
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
}

// trimAll returns a copy of the cells without the spaces around them.
func trimAll(cells []string) []string {
	trimmed := make([]string, len(cells))
	for i, cell := range cells {
		trimmed[i] = strings.TrimSpace(cell)
	}
	return trimmed
}

package mlpbeam

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// errWindow is the error for elements that a bundle must not hold back.
var errWindow = errors.New("the elements are in a window other than the global one")

func checkWindow(w beam.Window) error {
	if !w.Equals(window.GlobalWindow{}) {
		return errWindow
	}
	return nil
}

// A lineFormat reads lines, each of which is a row.
type lineFormat struct {
	Header []string // names of the columns
	Comma  rune
}

func (f lineFormat) check() error {
	_, err := f.table([][]string{make([]string, len(f.Header))})
	return err
}

// row returns the cells of a line.
func (f lineFormat) row(line string) ([]string, error) {
	cells, err := f.split(line)
	if err == nil && !utf8.ValidString(line) {
		err = errors.New("it is not UTF-8")
	}
	if err == nil && len(cells) != len(f.Header) {
		err = fmt.Errorf("it has %d cells, the header has %d", len(cells), len(f.Header))
	}
	return cells, err
}

// atLine says in which line an error is.
func atLine(line string, err error) error {
	return fmt.Errorf("the line %s: %w", quote.Text(line), err)
}

// withoutRow returns the error of a row of a table without the number of the row,
// which another bundle would have given another one.
func withoutRow(row int, err error) error {
	text := err.Error()
	if rest, ok := strings.CutPrefix(text, fmt.Sprintf("row %d", row)); ok {
		text = strings.TrimLeft(rest, ":, ")
	}
	return errors.New(text)
}

// split is short where there are no quotes.
func (f lineFormat) split(line string) ([]string, error) {
	if !strings.ContainsAny(line, "\"\r\n") {
		return strings.Split(line, string(f.Comma)), nil
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.TrimLeadingSpace, r.FieldsPerRecord = f.Comma, f.Comma != '\t', -1
	cells, err := r.Read()
	if err != nil {
		return nil, err
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it has more than one row")
	}
	return cells, nil
}

// table returns the table of the rows. Its errors count them from 0.
func (f lineFormat) table(rows [][]string) (*dataset.Table, error) {
	return dataset.NewTable(f.Header, rows)
}

// A lineWriter writes rows as lines.
type lineWriter struct {
	text bytes.Buffer
	csv  *csv.Writer
}

func newLineWriter(comma rune) *lineWriter {
	w := new(lineWriter)
	w.csv = csv.NewWriter(&w.text)
	w.csv.Comma = comma
	return w
}

// line returns the row as a line without a newline at its end.
func (w *lineWriter) line(cells []string) (string, error) {
	w.text.Reset()
	if err := w.csv.Write(cells); err != nil {
		return "", err
	}
	w.csv.Flush()
	return strings.TrimSuffix(w.text.String(), "\n"), w.csv.Error()
}

// checkComma returns an error unless the comma separates cells.
func checkComma(comma rune) error {
	w := csv.NewWriter(io.Discard)
	w.Comma = comma
	if err := w.Write(nil); err != nil {
		return fmt.Errorf("the comma is %q: %w", comma, err)
	}
	return nil
}

package dataset

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"example.com/mlp/internal/magic"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stallguard"
)

// ReadOptions describe files that are laid out differently. The zero value is a
// file whose first line names all columns.
type ReadOptions struct {
	// NoHeader says that the first line is a row. The columns are named "column 1",
	// "column 2" and so on, unless Names are given.
	NoHeader bool

	// Names are the names of all columns, in place of those in the header line.
	// nil means the names in the header line.
	Names []string

	// DropUnnamed omits columns whose name in the header line is empty: the index
	// that pandas writes, or what a separator at the end of each line adds. If
	// each line has one cell more than the header line, the first cells are
	// omitted: the row names that R writes.
	DropUnnamed bool
}

// ReadTable reads a table from r up to its end. The cells of a line are
// separated by comma, which is ',' for CSV and '\t' for TSV. The first line
// names the columns, every further line is a row; at most one ReadOptions may
// say otherwise. Quotes are those of RFC 4180. Lines end with a newline, a
// carriage return or both. A UTF-8 byte order mark may come first, and files
// compressed with gzip are decompressed.
//
// Empty lines are skipped. In a table of one column, however, an empty line is a
// row with an empty cell, unless only empty lines follow.
//
// The table needs about as much memory as the decompressed file, and one int per
// cell.
//
// An error names the line and the column. These are errors:
//
//   - no header line, or no row after it
//   - a column without a name, or two of the same name
//   - numbers as names, as in a file without a header line; only integers in
//     ascending order, such as years, and eight or more numbers that rise or
//     fall, such as wavelengths, are accepted
//   - a line with more or fewer cells than the header line
//   - a header line and a row of one cell that both contain another separator
//   - a quote that is left open or is inside a cell
//   - text that is not UTF-8, or a file of another format, such as .xlsx
//
// Errors of r are wrapped.
func ReadTable(r io.Reader, comma rune, options ...ReadOptions) (*Table, error) {
	t, err := readTable(r, comma, options)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTable: %w", err)
	}
	return t, nil
}

// ReadTableFile is ReadTable for the file of that name, which later errors
// name as well.
func ReadTableFile(name string, comma rune, options ...ReadOptions) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTableFile: %w", err)
	}
	defer f.Close()
	t, err := readTable(f, comma, options)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTableFile: %s: %w", name, err)
	}
	t.name = name
	return t, nil
}

func readTable(r io.Reader, comma rune, options []ReadOptions) (*Table, error) {
	var table *Table
	err := readTables(r, comma, options, math.MaxInt, func(t *Table) error {
		table = t
		return nil
	})
	return table, err
}

// readTables calls do for tables of at most so many rows, until it returns an
// error.
func readTables(r io.Reader, comma rune, options []ReadOptions, rows int, do func(t *Table) error) error {
	if matrix.IsNil(r) {
		return errors.New("the reader is nil")
	}
	if len(options) > 1 {
		return fmt.Errorf("%d ReadOptions, at most one is possible", len(options))
	}
	c, err := newCSVReader(r, comma)
	if err != nil {
		return err
	}
	t := &tableReader{csv: c, comma: comma, most: rows, do: do, table: &Table{}}
	if len(options) == 1 {
		t.options = options[0]
	}
	return t.read()
}

// A tableReader reads tables from lines.
type tableReader struct {
	csv     *csv.Reader
	comma   rune
	options ReadOptions
	most    int // rows of a table
	do      func(t *Table) error

	table *Table
	build *tableBuilder
	kept  []int // the columns of the file that the table has; nil for all
	width int   // cells in a line of the file
	after int   // the line after the last one that was read
	begun bool  // a table is done
}

// errNoRows is the error for a file with a header line alone.
var errNoRows = errors.New("no rows after the header")

func (t *tableReader) read() error {
	header, err := t.csv.Read()
	if err == io.EOF && t.options.NoHeader {
		return errors.New("the file is empty")
	}
	if err == io.EOF {
		return errors.New("the file is empty, a header line is needed")
	}
	if err != nil {
		return describe(err)
	}
	header = slices.Clone(header)
	line := t.line(header)
	first, err := t.csv.Read()
	if err != nil && err != io.EOF {
		return describe(err)
	}
	if err == io.EOF && !t.options.NoHeader {
		if err := t.setHeader(header, header, line); err != nil {
			return err
		}
		return errNoRows
	}
	none := err == io.EOF
	if t.options.NoHeader {
		if err := t.setHeader(header, header, line); err != nil {
			return err
		}
		if err := t.addEmpty(1, line); err != nil {
			return err
		}
		if err := t.addRow(header, line); err != nil {
			return err
		}
		if none {
			return t.end()
		}
	} else if err := t.setHeader(header, first, line); err != nil {
		return err
	}
	for cells := first; ; {
		if err := t.addLine(cells); err != nil {
			return err
		}
		cells, err = t.csv.Read()
		if err == io.EOF {
			return t.end()
		}
		if err != nil {
			return describe(err)
		}
	}
}

// end passes on the rows that were read, if there are any.
func (t *tableReader) end() error {
	if t.build.rows == 0 {
		return nil
	}
	table, err := t.build.table()
	if err != nil {
		return err
	}
	t.begun = true
	t.begin()
	return t.do(table)
}

// begin begins a table.
func (t *tableReader) begin() {
	t.build = newBuilder(t.table.header)
	t.build.lines = new(rowLines)
}

// line returns the line in which the cells just read begin, and keeps that
// after them.
func (t *tableReader) line(cells []string) int {
	line, _ := t.csv.FieldPos(0)
	t.after = line + 1
	for _, cell := range cells {
		t.after += strings.Count(cell, "\n")
	}
	return line
}

// addLine adds the row just read, and before it the empty cells that empty lines
// are in a table of one column.
func (t *tableReader) addLine(cells []string) error {
	after := t.after
	line := t.line(cells)
	if err := t.addEmpty(after, line); err != nil {
		return err
	}
	return t.addRow(cells, line)
}

// addEmpty adds the empty cells that the empty lines from one line to another
// are in a table of one column.
func (t *tableReader) addEmpty(from, to int) error {
	if t.width > 1 {
		return nil
	}
	for line := from; line < to; line++ {
		if err := t.addRow([]string{""}, line); err != nil {
			return err
		}
	}
	return nil
}

// addRow adds a row of the file to the table.
func (t *tableReader) addRow(cells []string, line int) error {
	t.build.lines.add(t.build.rows, line)
	if len(cells) != t.width {
		err := fmt.Errorf("line %d has %d columns, the header has %d", line, len(cells), t.width)
		if hint := t.separator(t.table.header, cells); hint != "" {
			err = fmt.Errorf("%w: %s", err, hint)
		} else if len(cells) == t.width+1 && t.build.rows == 0 && !t.begun && !t.options.DropUnnamed {
			err = fmt.Errorf("%w: ReadOptions.DropUnnamed leaves out the names of rows that R writes in front", err)
		}
		return err
	}
	if t.kept != nil {
		kept := make([]string, len(t.kept))
		for i, j := range t.kept {
			kept[i] = cells[j]
		}
		cells = kept
	}
	if err := t.build.addTexts(cells); err != nil || t.build.rows < t.most {
		return err
	}
	return t.end()
}

// setHeader sets the names of the columns, where first is the first row.
func (t *tableReader) setHeader(header, first []string, line int) error {
	o := t.options
	in := func(err error) error { return fmt.Errorf("line %d: %w", line, err) }
	names := trimAll(header)
	if hint := t.separator(names, first); hint != "" && len(first) == 1 {
		return in(fmt.Errorf("the only column is %s: %s", quote.Text(names[0]), hint))
	}
	t.width = len(names)
	switch {
	case o.NoHeader:
		for i := range names {
			names[i] = fmt.Sprint("column ", i+1)
		}
	case o.DropUnnamed && len(first) == len(names)+1: // the names of rows
		t.width = len(first)
		for j := range names {
			t.kept = append(t.kept, j+1)
		}
	case o.DropUnnamed && slices.Contains(names, ""):
		for j, name := range names {
			if name != "" {
				t.kept = append(t.kept, j)
			}
		}
		names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	}
	if o.Names != nil {
		if len(o.Names) != len(names) {
			return in(fmt.Errorf("there are %d columns, ReadOptions.Names has %d", len(names), len(o.Names)))
		}
		names = trimAll(o.Names)
	}
	t.table.header = names
	if err := checkHeader(names); err != nil {
		if slices.Contains(names, "") && o.Names == nil {
			err = fmt.Errorf("%w: ReadOptions.DropUnnamed leaves such columns out", err)
		} else if slices.ContainsFunc(names, looksLikeNumber) && o.Names == nil {
			err = fmt.Errorf("%w: ReadOptions.NoHeader reads a file without a header", err)
		}
		return in(err)
	}
	t.begin()
	if o.NoHeader || o.Names != nil {
		return nil
	}
	return t.checkNumbers(line)
}

// checkNumbers returns an error for a header that looks like a row: with numbers
// that are neither whole ones in ascending order, as years and positions are,
// nor many that rise or fall, as wavelengths do.
func (t *tableReader) checkNumbers(line int) error {
	const many = 8
	var values []float64
	for _, name := range t.table.header {
		if v, err := parseNumber(name); err == nil {
			values = append(values, v)
		}
	}
	falls := func(a, b float64) int { return -cmp.Compare(a, b) }
	distinct := len(slices.Compact(slices.Clone(values))) == len(values)
	if len(values) >= many && distinct && (slices.IsSorted(values) || slices.IsSortedFunc(values, falls)) {
		return nil
	}
	last := math.Inf(-1)
	for j, name := range t.table.header {
		v, err := parseNumber(name)
		if err != nil {
			continue
		}
		if v <= last || v < 0 || v != math.Trunc(v) {
			return fmt.Errorf("line %d: column %d is named %s, a number like those of a row: ReadOptions.NoHeader reads a file without a header, ReadOptions.Names gives other names",
				line, j+1, quote.Text(name))
		}
		last = v
	}
	return nil
}

// separator returns a question about the separator of cells if a header of one
// cell has another one in it, and the first row as well or several cells.
func (t *tableReader) separator(header, first []string) string {
	if len(header) != 1 {
		return ""
	}
	for _, comma := range ";\t,|" {
		n := strings.Count(header[0], string(comma))
		if comma != t.comma && n > 0 && (len(first) > 1 || strings.Count(first[0], string(comma)) == n) {
			return fmt.Sprintf("are the cells separated by %q?", comma)
		}
	}
	return ""
}

// newCSVReader returns a reader of the records in r, unpacked, without byte order
// marks, and with lines that end with newlines.
func newCSVReader(r io.Reader, comma rune) (*csv.Reader, error) {
	b, err := openText(r)
	if err != nil {
		return nil, err
	}
	var lines io.Reader = b
	if start, _ := b.Peek(b.Size()); bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0 {
		lines = newlines{b}
	}
	c := csv.NewReader(lines)
	c.Comma = comma
	c.FieldsPerRecord = -1             // tableReader counts them
	c.TrimLeadingSpace = comma != '\t' // which is a space as well
	c.ReuseRecord = true
	return c, nil
}

// openText returns a reader of the text in r, unpacked and without byte order
// marks.
func openText(r io.Reader) (*bufio.Reader, error) {
	b, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	const mark = "\ufeff"
	for start, _ := b.Peek(len(mark)); string(start) == mark; start, _ = b.Peek(len(mark)) {
		b.Discard(len(mark)) // cannot fail: these bytes are in the buffer
	}
	return b, knownFormat(b)
}

// newlines turns the carriage returns that end lines into newlines.
type newlines struct{ r io.Reader }

func (l newlines) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// unpacked returns r, unpacked if it begins like a gzip file.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	const size = 1 << 16
	b := bufio.NewReaderSize(stallguard.Reader(r), size)
	if start, _ := b.Peek(2); !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(z, size), nil
}

// knownFormat returns an error if a file begins like one of another format.
func knownFormat(b *bufio.Reader) error {
	start, _ := b.Peek(magic.Most)
	if format := magic.Of(start); format != "" {
		return fmt.Errorf("the file is %s", format)
	}
	return nil
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
		return fmt.Errorf("line %d, byte %d: %w", p.Line, p.Column, p.Err)
	}
}

package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"runtime"

	"example.com/mlp/internal/matrix"
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
// separated by comma, which is ',' for CSV and '\t' for TSV; 0 means the one of
// ',', ';', '\t' and '|' that separates each of the first lines into the same
// number of cells, and none for a column alone. The first line names the columns,
// every further line is a row; at most one ReadOptions may say otherwise. Quotes
// are those of RFC 4180. Lines end with a newline, a carriage return or both. A
// UTF-8 byte order mark may come first, and files compressed with gzip are
// decompressed.
//
// Empty lines are skipped. In a table of one column, however, an empty line is a
// row with an empty cell, unless only empty lines follow.
//
// The lines are parsed on all cores, as many as GOMAXPROCS says, with the same
// result. While it is read, a table takes little more memory than afterwards.
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
//   - a comma of 0, if none or several of the separators suit the first lines
//   - a quote that is left open or is inside a cell
//   - a record of more than 256 MiB
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
	return readTableFrom("ReadTableFile", fileInput(name), comma, options)
}

// ReadTableFS is ReadTableFile for a file of fsys, such as an embed.FS.
func ReadTableFS(fsys fs.FS, name string, comma rune, options ...ReadOptions) (*Table, error) {
	return readTableFrom("ReadTableFS", fsInput(fsys, name), comma, options)
}

func readTableFrom(op string, in input, comma rune, options []ReadOptions) (t *Table, err error) {
	err = in.read(func(r io.Reader) error {
		t, err = readTable(r, comma, options)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	t.name = in.name
	return t, nil
}

func readTable(r io.Reader, comma rune, options []ReadOptions) (*Table, error) {
	var table *Table
	err := readTables(r, comma, options, math.MaxInt, func(t *Table) error {
		table = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	return table, nil
}

// readTables calls do for tables of at most so many rows, until it returns an
// error.
func readTables(r io.Reader, comma rune, options []ReadOptions, rows int, do func(t *Table) error) error {
	if matrix.IsNil(r) {
		return errors.New("the reader is nil")
	}
	t, err := newTableReader(comma, options)
	if err != nil {
		return err
	}
	text, err := openText(r)
	if err != nil {
		return err
	}
	t.most, t.do = rows, do
	return t.read(text)
}

// newTableReader returns a reader that is to be told what to do with tables.
func newTableReader(comma rune, options []ReadOptions) (*tableReader, error) {
	if len(options) > 1 {
		return nil, fmt.Errorf("%d ReadOptions, at most one is possible", len(options))
	}
	t := &tableReader{comma: comma, workers: runtime.GOMAXPROCS(0), size: blockSize, longest: longestRecord}
	if len(options) == 1 {
		t.options = options[0]
	}
	return t, nil
}

// A tableReader reads tables from the lines of a file: the header here, the rows
// in blocks of lines, which are parsed on several cores and joined in order.
type tableReader struct {
	comma   rune
	sniffed bool // the comma was not given
	options ReadOptions
	most    int // rows of a table
	do      func(t *Table) error
	workers int
	size    int // bytes of a block
	longest int // bytes of a record

	header  []string
	kept    []int // the columns of the file that the table has; nil for all
	width   int   // cells in a line of the file
	returns bool  // lines end with a carriage return alone

	build *tableBuilder
	after int // the line after the last row
}

// errNoRows is the error for a file with a header line alone.
var errNoRows = errors.New("no rows after the header")

func (t *tableReader) read(text *bufio.Reader) error {
	blocks, err := t.begin(text)
	if err != nil {
		return err
	}
	return t.readRows(blocks)
}

// begin finds out how the file is laid out, and returns the rows.
func (t *tableReader) begin(text *bufio.Reader) (*blockReader, error) {
	if t.comma == 0 {
		var err error
		if t.comma, err = sniff(text, t.options.DropUnnamed); err != nil {
			return nil, err
		}
		t.sniffed = true
	}
	start, _ := text.Peek(text.Size())
	start = bytes.TrimSuffix(start, []byte("\r")) // which a newline may follow
	t.returns = bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0
	return t.readHeader(&sticky{r: t.lines(text)})
}

// lines returns a reader of lines that end with a newline.
func (t *tableReader) lines(r io.Reader) io.Reader {
	if t.returns {
		return newlines{r}
	}
	return r
}

// readRows reads the rows in blocks.
func (t *tableReader) readRows(blocks *blockReader) error {
	t.after = blocks.line
	t.build = t.newBuilder()
	if err := t.readBlocks(blocks); err != nil {
		return err
	}
	return t.end()
}

func (t *tableReader) newBuilder() *tableBuilder {
	b := newBuilder(t.header)
	b.lines = new(rowLines)
	return b
}

// join adds the rows of a block, and passes on the tables that are full.
func (t *tableReader) join(b *tableBlock) error {
	rows := b.build.rows
	if t.width == 1 && rows > 0 { // where an empty line is a row with an empty cell
		for ; t.after < b.build.lines.of(0); t.after++ {
			t.build.addLine(t.after, [][]byte{nil})
			if err := t.endFull(); err != nil {
				return err
			}
		}
		t.after = b.after
	}
	for from := 0; from < rows; {
		to := from + min(rows-from, t.most-t.build.rows)
		if err := t.build.join(b.build, from, to); err != nil {
			return err
		}
		if err := t.endFull(); err != nil {
			return err
		}
		from = to
	}
	return b.err
}

// endFull ends a table that has the most rows.
func (t *tableReader) endFull() error {
	if t.build.rows < t.most {
		return nil
	}
	return t.end()
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
	t.build = t.newBuilder()
	return t.do(table)
}

// newCSVReader returns a reader of the records in r.
func newCSVReader(r io.Reader, comma rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma = comma
	c.FieldsPerRecord = -1             // tableReader counts them
	c.TrimLeadingSpace = comma != '\t' // which is a space as well
	c.ReuseRecord = true
	return c
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

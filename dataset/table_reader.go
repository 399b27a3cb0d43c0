package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/stallguard"
)

// ReadTable reads a table from r up to its end. The cells of a line are
// separated by comma, which is ',' for CSV and '\t' for TSV. The first line
// names the columns, every further line is a row. Quotes are those of RFC 4180,
// empty lines are skipped, a UTF-8 byte order mark may come first, and what is
// compressed by gzip is unpacked.
//
// The table takes about the memory of the unpacked file and one int a cell.
//
// An error names the line and the column. These are errors: no header or
// nothing after it, a column without a name or two of the same name, a line
// with more or fewer cells than the header, a quote that is left open or stands
// inside a cell, and text that is not UTF-8. Errors of r are wrapped.
func ReadTable(r io.Reader, comma rune) (*Table, error) {
	t, err := readTable(r, comma)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTable: %w", err)
	}
	return t, nil
}

// ReadTableFile is ReadTable for the file of that name, which later errors
// name as well.
func ReadTableFile(name string, comma rune) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTableFile: %w", err)
	}
	defer f.Close()
	t, err := readTable(f, comma)
	if err != nil {
		return nil, fmt.Errorf("dataset: ReadTableFile: %s: %w", name, err)
	}
	t.name = name
	return t, nil
}

func readTable(r io.Reader, comma rune) (*Table, error) {
	if matrix.IsNil(r) {
		return nil, errors.New("the reader is nil")
	}
	c, err := newCSVReader(r, comma)
	if err != nil {
		return nil, err
	}
	t, err := readHeader(c)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	for {
		cells, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, describe(err)
		}
		line, _ := c.FieldPos(0)
		t.lines = append(t.lines, line)
		if err := t.addRow(&text, cells); err != nil {
			return nil, err
		}
	}
	if len(t.lines) == 0 {
		return nil, errors.New("no rows after the header")
	}
	t.text = text.String()
	return t, nil
}

// newCSVReader returns a reader of the records in r, unpacked and without a
// byte order mark.
func newCSVReader(r io.Reader, comma rune) (*csv.Reader, error) {
	b, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	const mark = "\ufeff"
	if start, _ := b.Peek(len(mark)); string(start) == mark {
		b.Discard(len(mark)) // cannot fail: these bytes are in the buffer
	}
	c := csv.NewReader(b)
	c.Comma = comma
	c.FieldsPerRecord = -1             // readTable counts them
	c.TrimLeadingSpace = comma != '\t' // which is a space as well
	c.ReuseRecord = true
	return c, nil
}

// unpacked returns r, unpacked if it begins like a gzip file.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReader(stallguard.Reader(r))
	if start, _ := b.Peek(2); !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReader(z), nil
}

func readHeader(c *csv.Reader) (*Table, error) {
	header, err := c.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty, a header line is needed")
	}
	if err != nil {
		return nil, describe(err)
	}
	t := &Table{header: trimAll(header)}
	if err := checkHeader(t.header); err != nil {
		line, _ := c.FieldPos(0)
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return t, nil
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

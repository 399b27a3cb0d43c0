package dataset

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// checkHeader returns an error unless each column has a name of its own.
func checkHeader(header []string) error {
	if len(header) == 0 {
		return errors.New("the header is empty")
	}
	first := make(map[string]int, len(header))
	for i, name := range header {
		if name == "" {
			return fmt.Errorf("column %d has no name", i+1)
		}
		if !utf8.ValidString(name) {
			return fmt.Errorf("column %d: %s is not UTF-8", i+1, quote.Text(name))
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("columns %d and %d are both named %s", j+1, i+1, quote.Text(name))
		}
		first[name] = i
	}
	return nil
}

// readHeader sets the names of the columns and returns the rows, as far as they
// may be read already.
func (t *tableReader) readHeader(r io.Reader) (*blockReader, error) {
	var seen bytes.Buffer
	c := newCSVReader(io.TeeReader(io.LimitReader(r, int64(t.longest)), &seen), t.comma)
	header, err := c.Read()
	if seen.Len() >= t.longest {
		return nil, errTooLong(1, t.longest)
	}
	if err == io.EOF && t.options.NoHeader {
		return nil, errors.New("the file is empty")
	}
	if err == io.EOF {
		return nil, errors.New("the file is empty, a header line is needed")
	}
	if err != nil {
		return nil, describe(err)
	}
	header = slices.Clone(header)
	line, _ := c.FieldPos(0)
	begin := c.InputOffset() // of the rows
	first, err := c.Read()
	if seen.Len() >= t.longest {
		return nil, errTooLong(1+bytes.Count(seen.Bytes()[:begin], []byte("\n")), t.longest)
	}
	if err != nil && err != io.EOF {
		return nil, describe(err)
	}
	none := err == io.EOF
	if none || t.options.NoHeader {
		first = header
	}
	if err := t.setHeader(header, first, line); err != nil {
		return nil, err
	}
	switch {
	case t.options.NoHeader:
		begin = 0
	case none:
		return nil, errNoRows
	case len(first) != t.width:
		line, _ := c.FieldPos(0)
		return nil, t.widthError(first, line, true)
	}
	line = 1 + bytes.Count(seen.Bytes()[:begin], []byte("\n"))
	return &blockReader{r: r, comma: t.comma, size: t.size, longest: t.longest, line: line, rest: seen.Bytes()[begin:]}, nil
}

// widthError returns the error for a row, which may be the first one, with too
// many or too few cells.
func (t *tableReader) widthError(cells []string, line int, first bool) error {
	err := fmt.Errorf("line %d has %d columns, the header has %d", line, len(cells), t.width)
	if hint := t.separator(t.header, cells); hint != "" {
		return fmt.Errorf("%w: %s", err, hint)
	}
	if t.sniffed {
		err = fmt.Errorf("%w, if the cells are separated by %q", err, t.comma)
	}
	if first && len(cells) == t.width+1 && !t.options.DropUnnamed {
		err = fmt.Errorf("%w: ReadOptions.DropUnnamed leaves out the names of rows that R writes in front", err)
	}
	return err
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
	t.header = names
	if err := checkHeader(names); err != nil {
		if slices.Contains(names, "") && o.Names == nil {
			err = fmt.Errorf("%w: ReadOptions.DropUnnamed leaves such columns out", err)
		} else if slices.ContainsFunc(names, looksLikeNumber) && o.Names == nil {
			err = fmt.Errorf("%w: ReadOptions.NoHeader reads a file without a header", err)
		}
		return in(err)
	}
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
	for _, name := range t.header {
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
	for j, name := range t.header {
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

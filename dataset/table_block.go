package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

// A tableBlock is some records of a file on their way into a table.
type tableBlock struct {
	reader *tableReader // whose header does not change any more
	text   []byte
	line   int  // of the first record
	quoted bool // there are quotes

	build *tableBuilder
	after int   // the line after the last record
	err   error // after these rows
	done  chan struct{}

	isUTF8 bool
	cells  [][]byte // scratch: of a record
	kept   [][]byte // and those that the table has
	record []byte   // and the texts of the cells, without quotes
}

func newTableBlock(t *tableReader) *tableBlock {
	return &tableBlock{reader: t, build: t.newBuilder(), done: make(chan struct{}, 1)}
}

// parse makes rows of the text.
func (b *tableBlock) parse() {
	b.build.reset()
	b.isUTF8 = utf8.Valid(b.text)
	b.after = b.line
	if comma := b.reader.comma; b.quoted || comma >= utf8.RuneSelf || comma != '\t' && unicode.IsSpace(comma) {
		b.err = b.parseQuoted()
	} else {
		b.err = b.parsePlain()
	}
}

// parseQuoted parses records with quotes.
func (b *tableBlock) parseQuoted() error {
	c := newCSVReader(bytes.NewReader(b.text), b.reader.comma)
	before := b.line - 1 // lines
	for {
		cells, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if p := (*csv.ParseError)(nil); errors.As(err, &p) {
			p.StartLine += before
			p.Line += before
		}
		if err != nil {
			return describe(err)
		}
		line, _ := c.FieldPos(0)
		line += before
		b.record, b.cells = b.record[:0], b.cells[:0]
		for _, cell := range cells {
			b.record = append(b.record, cell...)
		}
		rest := b.record
		for _, cell := range cells {
			b.cells = append(b.cells, rest[:len(cell)])
			rest = rest[len(cell):]
		}
		if err := b.add(line, line+1+bytes.Count(b.record, []byte("\n"))); err != nil {
			return err
		}
	}
}

// parsePlain parses records without quotes, each of which is a line, as
// encoding/csv does.
func (b *tableBlock) parsePlain() error {
	comma := byte(b.reader.comma)
	line := b.line
	for rest := b.text; len(rest) > 0; line++ {
		var record []byte
		record, rest, _ = bytes.Cut(rest, []byte("\n"))
		record = bytes.TrimSuffix(record, []byte("\r"))
		if len(record) == 0 {
			continue
		}
		b.cells = b.cells[:0]
		for {
			end := bytes.IndexByte(record, comma)
			if end < 0 {
				break
			}
			b.cells = append(b.cells, record[:end])
			record = record[end+1:]
		}
		b.cells = append(b.cells, record)
		if err := b.add(line, line+1); err != nil {
			return err
		}
	}
	return nil
}

// add adds the record of the cells, which is in the lines from line to after.
func (b *tableBlock) add(line, after int) error {
	t := b.reader
	if len(b.cells) != t.width {
		texts := make([]string, len(b.cells))
		for j, cell := range b.cells {
			texts[j] = string(cell)
		}
		return t.widthError(texts, line, false)
	}
	for ; t.width == 1 && b.build.rows > 0 && b.after < line; b.after++ {
		b.build.addLine(b.after, [][]byte{nil})
	}
	b.after = after
	cells := b.cells
	if t.kept != nil {
		b.kept = b.kept[:0]
		for _, j := range t.kept {
			b.kept = append(b.kept, cells[j])
		}
		cells = b.kept
	}
	for j, cell := range cells {
		cells[j] = trimmed(cell)
		if !b.isUTF8 && !utf8.Valid(cells[j]) {
			b.build.lines.add(b.build.rows, line)
			return b.build.notUTF8(j, string(cells[j]))
		}
	}
	b.build.addLine(line, cells)
	return nil
}

// trimmed returns a text without the spaces around it.
func trimmed(text []byte) []byte {
	visible := func(c byte) bool { return c > ' ' && c < utf8.RuneSelf }
	if n := len(text); n == 0 || visible(text[0]) && visible(text[n-1]) {
		return text
	}
	return bytes.TrimSpace(text)
}

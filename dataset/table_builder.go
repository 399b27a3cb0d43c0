package dataset

import (
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/quote"
)

// A tableBuilder makes a table, row after row.
type tableBuilder struct {
	header  []string
	columns []*columnBuilder
	rows    int
	lines   *rowLines // with that of the next row; nil if the rows are not from a file
	first   int       // the number of the first row, if they are not
}

// newTableBuilder returns a builder for a table with the columns of these names.
func newTableBuilder(header []string) (*tableBuilder, error) {
	header = trimAll(header)
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	return newBuilder(header), nil
}

// newBuilder is newTableBuilder for a header that is checked.
func newBuilder(header []string) *tableBuilder {
	b := &tableBuilder{header: header, columns: make([]*columnBuilder, len(header))}
	for j := range b.columns {
		b.columns[j] = newColumnBuilder()
	}
	return b
}

// add adds a row, or returns an error that names it.
func (b *tableBuilder) add(cells []Cell) error {
	if err := b.check(len(cells)); err != nil {
		return err
	}
	for j, c := range cells {
		if !c.isUTF8() {
			return b.notUTF8(j, c.text)
		}
	}
	for j, c := range cells {
		b.columns[j].add(c)
	}
	b.rows++
	return nil
}

// addTexts is add for cells that are texts.
func (b *tableBuilder) addTexts(texts []string) error {
	cells := make([]Cell, len(texts))
	for j, text := range texts {
		cells[j] = Text(text)
	}
	return b.add(cells)
}

// addLine adds a row of texts in UTF-8 that is in this line of a file.
func (b *tableBuilder) addLine(line int, texts [][]byte) {
	b.lines.add(b.rows, line)
	for j, text := range texts {
		b.columns[j].addText(text)
	}
	b.rows++
}

// join adds some rows of another builder for the same file.
func (b *tableBuilder) join(o *tableBuilder, from, to int) error {
	if err := b.checkRows(to - from); err != nil {
		return err
	}
	for row := from; row < to; row++ {
		b.lines.add(b.rows+row-from, o.lines.of(row))
	}
	for j, c := range b.columns {
		c.join(o.columns[j], from, to)
	}
	b.rows += to - from
	return nil
}

// reset removes all rows and keeps the memory for more.
func (b *tableBuilder) reset() {
	b.rows, b.lines = 0, new(rowLines)
	for _, c := range b.columns {
		c.reset()
	}
}

// check returns an error unless another row with this many cells can follow.
func (b *tableBuilder) check(cells int) error {
	if cells != len(b.header) {
		return fmt.Errorf("%s has %d columns, the header has %d", b.place(), cells, len(b.header))
	}
	return b.checkRows(1)
}

// checkRows returns an error unless so many rows can follow.
func (b *tableBuilder) checkRows(more int) error {
	if int64(b.rows)+int64(more) > mostRows {
		return fmt.Errorf("more than %d rows, which is the most a table has", int64(mostRows))
	}
	return nil
}

// mostRows is so many that each may have a name of its own.
const mostRows = math.MaxUint32

func (b *tableBuilder) notUTF8(column int, text string) error {
	return fmt.Errorf("%s, %s: %s is not UTF-8", b.place(), columnPlace(column, b.header[column]), quote.Text(text))
}

// place says which row is the next one.
func (b *tableBuilder) place() string {
	if b.lines != nil {
		return fmt.Sprintf("line %d", b.lines.of(b.rows))
	}
	return fmt.Sprintf("row %d", b.first+b.rows)
}

// table returns the table, which ends the building.
func (b *tableBuilder) table() (*Table, error) {
	if b.rows == 0 {
		return nil, errors.New("no rows")
	}
	t := &Table{header: b.header, columns: make([]column, len(b.columns)), lines: b.lines, first: b.first}
	for j, c := range b.columns {
		t.columns[j] = c.column()
		b.columns[j] = nil // as it may have more memory than the column
	}
	return t, nil
}

package dataset

import (
	"errors"
	"strings"
)

// A tableBuilder makes a table of cells, row after row.
type tableBuilder struct {
	made *Table
	text strings.Builder
}

func newTableBuilder(header []string) (*tableBuilder, error) {
	header = trimAll(header)
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	return &tableBuilder{made: &Table{header: header}}, nil
}

// add adds a row. It does not keep the slice.
func (b *tableBuilder) add(cells []Cell) error {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = c.String()
	}
	return b.made.addRow(&b.text, texts)
}

// table returns the table of the rows. Nothing can be added any more.
func (b *tableBuilder) table() (*Table, error) {
	if b.made.Rows() == 0 {
		return nil, errors.New("no rows")
	}
	b.made.text = b.text.String()
	return b.made, nil
}

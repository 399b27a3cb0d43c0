package dataset

import "fmt"

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

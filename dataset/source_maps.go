package dataset

import (
	"io"
	"maps"
	"slices"
)

// Maps returns records, which are maps from the names of columns to values, as
// the rows of a [Source]. A value is a cell as by [CellOf], and a name that is not
// there is a missing value.
//
// The columns are the names of all records in ascending order. If columns are
// named, they are the columns, in that order, and other names do not matter.
//
// An error names the row, from 0, and the column. The records are not copied and
// must not change while they are read.
func Maps[V any](records []map[string]V, columns ...string) Source {
	columns = slices.Clone(columns)
	return &tableSource{"Maps", "", func(rows int, do func(t *Table) error) error {
		return readRows(&mapRows[V]{records: records, columns: columns}, rows, do)
	}}
}

// mapRows reads maps as rows.
type mapRows[V any] struct {
	records []map[string]V
	columns []string
}

func (m *mapRows[V]) header() ([]string, error) {
	switch {
	case len(m.records) == 0:
		return nil, io.EOF
	case len(m.columns) == 0:
		names := make(map[string]bool)
		for _, record := range m.records {
			for name := range record {
				names[name] = true
			}
		}
		m.columns = slices.Sorted(maps.Keys(names))
	}
	return m.columns, nil
}

func (m *mapRows[V]) read(cells []Cell) (line int, err error) {
	if len(m.records) == 0 {
		return 0, io.EOF
	}
	record := m.records[0]
	m.records = m.records[1:]
	for i, name := range m.columns {
		value, ok := record[name]
		if !ok {
			continue
		}
		if cells[i], err = CellOf(value); err != nil {
			return 0, inColumn(i, err)
		}
	}
	return 0, nil
}

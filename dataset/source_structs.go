package dataset

import (
	"errors"
	"fmt"
	"io"
	"reflect"
)

// Structs returns records, which are structs or pointers to them, as the rows of a
// [Source]. The columns are the exported fields in their order. Their names are
// those of [Preparation.TransformStruct]: what the tag dataset:"name of the
// column" says, else the tag json:"name", else the name of the field. The fields
// of embedded structs count as in Go, and a tag dataset:"-" leaves a field out.
//
// A field is of a type that [CellOf] takes, and a nil pointer or interface is a
// missing value. It is an error if a field is of another type, if two have the
// same name, or if a record is a nil pointer. An error names the row, from 0.
//
// The records are not copied and must not change while they are read.
func Structs[T any](records []T) Source {
	return &tableSource{"Structs", "", func(rows int, do func(t *Table) error) error {
		s, err := newStructRows(reflect.ValueOf(records))
		if err != nil {
			return err
		}
		return readRows(s, rows, do)
	}}
}

// structRows reads structs as rows.
type structRows struct {
	records reflect.Value // a slice
	next    int
	columns []string
	fields  []fieldReader // of the columns
}

func newStructRows(records reflect.Value) (*structRows, error) {
	t := records.Type().Elem()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("the records are of type %v, not structs", t)
	}
	columns := structColumns(t)
	if len(columns) == 0 {
		return nil, fmt.Errorf("%v has no exported fields", t)
	}
	if err := checkHeader(trimAll(columns)); err != nil {
		return nil, fmt.Errorf("%v: %w", t, err)
	}
	fields, err := structFields(t, columns)
	if err != nil {
		return nil, fmt.Errorf(`%w: a tag dataset:"-" leaves it out`, err)
	}
	return &structRows{records: records, columns: columns, fields: fields}, nil
}

func (s *structRows) header() ([]string, error) { return s.columns, nil }

func (s *structRows) read(cells []Cell) (line int, err error) {
	if s.next == s.records.Len() {
		return 0, io.EOF
	}
	record := s.records.Index(s.next)
	s.next++
	if record.Kind() == reflect.Pointer {
		if record.IsNil() {
			return 0, errors.New("the record is nil")
		}
		record = record.Elem()
	}
	for i := range s.fields {
		if cells[i], err = s.fields[i].cell(record); err != nil {
			return 0, inColumn(i, err)
		}
	}
	return 0, nil
}

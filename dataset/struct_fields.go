package dataset

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/mlp/internal/quote"
)

// A fieldReader reads one field of the structs of a type.
type fieldReader struct {
	name  string
	index []int
	read  cellReader
}

func (f *fieldReader) cell(record reflect.Value) (Cell, error) {
	if len(f.index) == 1 {
		return f.read(record.Field(f.index[0]))
	}
	v, err := record.FieldByIndexErr(f.index)
	if err != nil { // in an embedded pointer that is nil
		return Cell{}, nil
	}
	return f.read(v)
}

// structFields returns the reader of the field for each column, of a type of
// structs. It is an error if a column has no field or if two could be meant.
func structFields(t reflect.Type, columns []string) ([]fieldReader, error) {
	fields, err := matchFields(t, columns)
	if err != nil {
		return nil, err
	}
	readers := make([]fieldReader, len(fields))
	for i, f := range fields {
		read, err := cellReaderOf(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s, column %s: %w", f.Name, quote.Text(columns[i]), err)
		}
		readers[i] = fieldReader{f.Name, f.Index, read}
	}
	return readers, nil
}

// structColumns returns the columns that a type of structs has by itself: the
// names of its fields in their order. An embedded struct is its fields, unless
// it is a cell, as a time.Time is.
func structColumns(t reflect.Type) []string {
	var columns []string
	for _, f := range columnFields(t) {
		if f.Anonymous {
			to := f.Type
			if to.Kind() == reflect.Pointer {
				to = to.Elem()
			}
			if _, err := cellReaderOf(f.Type); err != nil && to.Kind() == reflect.Struct {
				continue
			}
		}
		columns = append(columns, f.column)
	}
	return columns
}

// A columnField is an exported field of a struct with the name of its column.
type columnField struct {
	reflect.StructField
	column string
	by     nameOrigin
	taken  bool // a column has it
}

// A nameOrigin tells where the name of a field is from. The first one that there
// is counts, and of several fields for a column the one with the first.
type nameOrigin int

const (
	byDatasetTag nameOrigin = iota
	byJSONTag
	byFieldName
	byFieldNameInAnyCase // as byFieldName, but not letter by letter
)

// columnFields returns the fields of a type of structs that may be columns.
func columnFields(t reflect.Type) []columnField {
	var fields []columnField
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !leftOut(t, f.Index) {
			column, by := columnOfField(f)
			fields = append(fields, columnField{StructField: f, column: column, by: by})
		}
	}
	return fields
}

// columnOfField returns the name of the column that a field is, and where it is from.
func columnOfField(f reflect.StructField) (string, nameOrigin) {
	if name := f.Tag.Get("dataset"); name != "" {
		return name, byDatasetTag
	}
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name, byJSONTag
	}
	return f.Name, byFieldName
}

// leftOut reports whether a tag "-" says that a field, or a struct that it is
// embedded in, is no column.
func leftOut(t reflect.Type, index []int) bool {
	for n := range index {
		tag := t.FieldByIndex(index[:n+1]).Tag
		if name := tag.Get("dataset"); name == "-" || name == "" && tag.Get("json") == "-" {
			return true
		}
	}
	return false
}

// is reports whether the field has the name of the column from this origin.
func (f *columnField) is(column string, by nameOrigin) bool {
	if by == byFieldNameInAnyCase {
		return f.by == byFieldName && strings.EqualFold(f.column, column)
	}
	return f.by == by && f.column == column
}

// matchFields returns the field of a type of structs for each column.
func matchFields(t reflect.Type, columns []string) ([]*columnField, error) {
	fields := columnFields(t)
	found := make([]*columnField, len(columns))
	for by := byDatasetTag; by <= byFieldNameInAnyCase; by++ {
		if err := matchBy(by, t, fields, columns, found); err != nil {
			return nil, err
		}
	}
	for i, column := range columns {
		if found[i] == nil {
			return nil, fmt.Errorf("%v has no field for column %s: a tag dataset:%s says which it is", t, quote.Text(column), quote.Text(column))
		}
	}
	return found, nil
}

// matchBy finds fields for the columns that have none yet.
func matchBy(by nameOrigin, t reflect.Type, fields []columnField, columns []string, found []*columnField) error {
	before := append([]*columnField(nil), found...)
	for k := range fields {
		f := &fields[k]
		if f.taken {
			continue
		}
		for i, column := range columns {
			if before[i] != nil || !f.is(column, by) {
				continue
			}
			if found[i] != nil {
				return fmt.Errorf("%v has the fields %s and %s for column %s: a tag dataset:%s says which it is",
					t, found[i].Name, f.Name, quote.Text(column), quote.Text(column))
			}
			if f.taken {
				return fmt.Errorf("%v has only field %s for column %s and another one: give each its field, by a tag dataset:%s for example",
					t, f.Name, quote.Text(column), quote.Text(column))
			}
			found[i], f.taken = f, true
		}
	}
	return nil
}

package dataset

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/mlp/internal/quote"
)

// TransformStruct is TransformRow for a sample that is a struct or a pointer to
// one. Each column is an exported field of its own: the one whose tag says
// dataset:"name of the column", else the one without a tag that has its name,
// else the only one left that has its name in upper or lower case. Fields of
// embedded structs count as in Go.
//
// A field is of a type that [CellOf] takes: a string, a bool, a number, a
// time.Time, an interface, a type of package database/sql such as
// sql.NullFloat64, or a pointer to one. A nil pointer or interface is a missing
// value. It is an error if a column has no field, if two fields could be meant,
// or if a field is of another type; other fields do not matter.
func (p *Preparation) TransformStruct(dst []float64, record any) error {
	if err := p.transformStruct(dst, record); err != nil {
		return fmt.Errorf("dataset: TransformStruct: %w", err)
	}
	return nil
}

func (p *Preparation) transformStruct(dst []float64, record any) error {
	if err := p.checkRow(dst); err != nil {
		return err
	}
	v := reflect.ValueOf(record)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return fmt.Errorf("the record is a nil %T", record)
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return fmt.Errorf("the record is a %T, not a struct", record)
	}
	reader := p.structReader(v.Type())
	if reader.err != nil {
		return reader.err
	}
	for i := range reader.fields {
		f, c := &reader.fields[i], p.columns[i]
		cell, err := f.cell(v)
		if err == nil {
			dst, err = p.encodeNext(dst, c, cell)
		}
		if err != nil {
			return fmt.Errorf("field %s, column %s: %w", f.name, quote.Text(c.name), err)
		}
	}
	return nil
}

// A structReader reads the structs of one type. It is made once.
type structReader struct {
	fields []fieldReader // of each column
	err    error
}

// A fieldReader reads one field.
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

// structReader returns the reader of a type of structs.
func (p *Preparation) structReader(t reflect.Type) *structReader {
	if r, ok := p.structs.Load(t); ok {
		return r.(*structReader)
	}
	r := &structReader{}
	r.fields, r.err = p.fieldReaders(t)
	p.structs.Store(t, r)
	return r
}

// fieldReaders returns the readers of the fields for all columns.
func (p *Preparation) fieldReaders(t reflect.Type) ([]fieldReader, error) {
	fields, err := p.fieldsOf(t)
	if err != nil {
		return nil, err
	}
	readers := make([]fieldReader, len(fields))
	for i, f := range fields {
		read, err := cellReaderOf(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s, column %s: %w", f.Name, quote.Text(p.columns[i].name), err)
		}
		readers[i] = fieldReader{f.Name, f.Index, read}
	}
	return readers, nil
}

// fieldsOf returns the field of a type of structs for each column.
func (p *Preparation) fieldsOf(t reflect.Type) ([]reflect.StructField, error) {
	fields := make([]reflect.StructField, len(p.columns))
	found := make([]bool, len(p.columns))
	left := reflect.VisibleFields(t)
	// matching gives the fields that match a column to it, and takes them away.
	matching := func(match func(f reflect.StructField, column string) bool) error {
		var rest []reflect.StructField
		before := append([]bool(nil), found...)
		for _, f := range left {
			taken := false
			for i, c := range p.columns {
				if before[i] || !f.IsExported() || !match(f, c.name) {
					continue
				}
				if found[i] {
					return fmt.Errorf("%v has the fields %s and %s for column %s: a tag dataset:%s says which it is",
						t, fields[i].Name, f.Name, quote.Text(c.name), quote.Text(c.name))
				}
				if taken {
					return fmt.Errorf("%v has only field %s for column %s and another one: give each its field, by a tag dataset:%s for example",
						t, f.Name, quote.Text(c.name), quote.Text(c.name))
				}
				fields[i], found[i], taken = f, true, true
			}
			if !taken {
				rest = append(rest, f)
			}
		}
		left = rest
		return nil
	}
	untagged := func(equal func(name, column string) bool) func(f reflect.StructField, column string) bool {
		return func(f reflect.StructField, column string) bool {
			_, tagged := f.Tag.Lookup("dataset")
			return !tagged && equal(f.Name, column)
		}
	}
	tagged := func(f reflect.StructField, column string) bool {
		tag, ok := f.Tag.Lookup("dataset")
		return ok && tag == column
	}
	same := func(name, column string) bool { return name == column }
	for _, match := range []func(f reflect.StructField, column string) bool{tagged, untagged(same), untagged(strings.EqualFold)} {
		if err := matching(match); err != nil {
			return nil, err
		}
	}
	for i, c := range p.columns {
		if !found[i] {
			return nil, fmt.Errorf("%v has no field for column %s", t, quote.Text(c.name))
		}
	}
	return fields, nil
}

package dataset

import (
	"fmt"
	"reflect"

	"example.com/mlp/internal/quote"
)

// TransformStruct is TransformRow for a sample that is a struct or a pointer to
// one. Each column is an exported field of its own: the one whose tag says
// dataset:"name of the column", else the one whose tag of package json has its
// name, else the one without a tag that has its name, else the only one left of
// these that has its name in upper or lower case. A tag dataset:"-" or json:"-"
// says that a field is no column. Fields of embedded structs count as in Go.
//
// A field is of a type that [CellOf] takes: a string, a bool, a number, a
// time.Time, an interface, a type of package database/sql such as
// sql.NullFloat64, or a pointer to one. A nil pointer or interface is a missing
// value. It is an error if a column has no field, if two fields could be meant,
// or if a field is of another type; other fields do not matter.
func (p *Preparation) TransformStruct(dst []float64, record any) error {
	if err := p.transformStruct(dst, record); err != nil {
		return fmt.Errorf("dataset: Preparation.TransformStruct: %w", err)
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

// structReader returns the reader of a type of structs.
func (p *Preparation) structReader(t reflect.Type) *structReader {
	if r, ok := p.structs.Load(t); ok {
		return r.(*structReader)
	}
	r := &structReader{}
	r.fields, r.err = structFields(t, p.Columns())
	p.structs.Store(t, r)
	return r
}

package dataset

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// TransformRow stores the features of one sample in dst, which has length
// len(Features()). The cells are those of Columns(), in that order, as text as
// it stands in a file. It does not allocate.
//
// A cell that its column does not take is an error that names the column; so
// is a wrong length. After an error the entries of dst are unspecified.
func (p *Preparation) TransformRow(dst []float64, cells []string) error {
	if err := p.transformRow(dst, cells); err != nil {
		return fmt.Errorf("dataset: TransformRow: %w", err)
	}
	return nil
}

func (p *Preparation) transformRow(dst []float64, cells []string) error {
	if err := p.checkRow(dst); err != nil {
		return err
	}
	if len(cells) != len(p.columns) {
		return fmt.Errorf("%d cells, the preparation takes %d", len(cells), len(p.columns))
	}
	for j, c := range p.columns {
		cell := strings.TrimSpace(cells[j])
		rest, err := p.encodeNext(dst, c, cell, p.isMissing[cell])
		if err != nil {
			return fmt.Errorf("%s: %w", columnPlace(j, c.name), err)
		}
		dst = rest
	}
	return nil
}

// TransformMap is TransformRow for a sample that is given by the names of the
// columns. It is an error if one is not there; others do not matter.
func (p *Preparation) TransformMap(dst []float64, record map[string]string) error {
	if err := p.transformMap(dst, record); err != nil {
		return fmt.Errorf("dataset: TransformMap: %w", err)
	}
	return nil
}

func (p *Preparation) transformMap(dst []float64, record map[string]string) error {
	if err := p.checkRow(dst); err != nil {
		return err
	}
	for _, c := range p.columns {
		cell, ok := record[c.name]
		if !ok {
			return fmt.Errorf("the record has no %q", c.name)
		}
		cell = strings.TrimSpace(cell)
		rest, err := p.encodeNext(dst, c, cell, p.isMissing[cell])
		if err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
		dst = rest
	}
	return nil
}

// TransformStruct is TransformRow for a sample that is a struct or a pointer to
// one. A column is the exported field whose tag says dataset:"name of the
// column", or else whose name it is, in upper or lower case. The field is a
// string, a bool or a number, or a pointer to one, of which nil is a missing
// value. It is an error if a field is not there or of another type; others do
// not matter.
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
	fields := reflect.VisibleFields(v.Type())
	for _, c := range p.columns {
		field, ok := fieldOf(fields, c.name)
		if !ok {
			return fmt.Errorf("%T has no field for column %q", record, c.name)
		}
		cell, missing, err := fieldCell(v, field)
		if err != nil {
			return fmt.Errorf("field %s, column %q: %w", field.Name, c.name, err)
		}
		if dst, err = p.encodeNext(dst, c, cell, missing || p.isMissing[cell]); err != nil {
			return fmt.Errorf("field %s, column %q: %w", field.Name, c.name, err)
		}
	}
	return nil
}

func (p *Preparation) checkRow(dst []float64) error {
	if err := p.check(); err != nil {
		return err
	}
	if len(dst) != len(p.features) {
		return fmt.Errorf("dst has %d entries, the preparation gives %d", len(dst), len(p.features))
	}
	return nil
}

// encodeNext stores the features of a cell at the front of dst and returns the
// rest of it.
func (p *Preparation) encodeNext(dst []float64, c *columnEncoder, cell string, missing bool) ([]float64, error) {
	width := len(c.features)
	return dst[width:], c.encode(dst[:width], cell, missing)
}

// fieldOf returns the field for a column: the one with its tag, else the first
// of its name.
func fieldOf(fields []reflect.StructField, column string) (found reflect.StructField, ok bool) {
	for _, f := range fields {
		if !f.IsExported() {
			continue
		}
		tag, tagged := f.Tag.Lookup("dataset")
		switch {
		case tagged && tag == column:
			return f, true
		case !tagged && !ok && strings.EqualFold(f.Name, column):
			found, ok = f, true
		}
	}
	return found, ok
}

// fieldCell returns the value of a field as the text of a cell that reads back
// to it.
func fieldCell(record reflect.Value, field reflect.StructField) (cell string, missing bool, err error) {
	v, err := record.FieldByIndexErr(field.Index)
	if err != nil { // in an embedded pointer that is nil
		return "", true, nil
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", true, nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return strings.TrimSpace(v.String()), false, nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), false, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), false, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), false, nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), false, nil
	}
	return "", false, fmt.Errorf("type %v is not a string, a bool or a number", v.Type())
}

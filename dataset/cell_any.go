package dataset

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"example.com/mlp/internal/tofloat64"
)

// CellOf returns the cell for a value of one of these types:
//
//   - a string, a bool, an integer or a floating-point number, or a type
//     derived from one
//   - []byte, which holds a text
//   - time.Time, json.Number and Cell
//   - a type that implements [driver.Valuer], such as sql.NullFloat64 and the
//     other types of package database/sql
//   - a pointer to one of these, or an interface that holds one
//
// A nil pointer, nil slice or nil interface is a missing value. A float32 is
// the number that its shortest decimal text reads as, as in a file. An integer
// that float64 cannot represent becomes the text of its digits, so that it can be
// a name; a numeric column rejects it.
//
// A value of another type is an error, as is one that its method Value returns.
func CellOf(value any) (Cell, error) {
	switch v := value.(type) {
	case nil:
		return Cell{}, nil
	case Cell:
		return v, nil
	case string:
		return Text(v), nil
	case float64:
		return Number(v), nil
	case bool:
		return Truth(v), nil
	case int:
		return integer(int64(v)), nil
	case int64:
		return integer(v), nil
	case json.Number:
		return numberText(string(v)), nil
	case time.Time:
		return Time(v), nil
	case []byte:
		return bytesCell(v), nil
	}
	v := reflect.ValueOf(value)
	read, err := cellReaderOf(v.Type())
	if err != nil {
		return Cell{}, err
	}
	return read(v)
}

// cellReader returns the cell that a value of a certain type means.
type cellReader func(v reflect.Value) (Cell, error)

var (
	cellType   = reflect.TypeFor[Cell]()
	timeType   = reflect.TypeFor[time.Time]()
	jsonType   = reflect.TypeFor[json.Number]()
	valuerType = reflect.TypeFor[driver.Valuer]()
)

// cellReaderOf returns the reader for the values of a type.
func cellReaderOf(t reflect.Type) (cellReader, error) {
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerReader(t)
	case t == cellType:
		return readInterface, nil
	case t == timeType:
		return readTime, nil
	case t == jsonType:
		return func(v reflect.Value) (Cell, error) { return numberText(v.String()), nil }, nil
	case t.Kind() == reflect.Interface:
		return readInterface, nil
	case t.Implements(valuerType):
		return readValuer, nil
	}
	switch t.Kind() {
	case reflect.String:
		return func(v reflect.Value) (Cell, error) { return Text(v.String()), nil }, nil
	case reflect.Bool:
		return func(v reflect.Value) (Cell, error) { return Truth(v.Bool()), nil }, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v reflect.Value) (Cell, error) { return integer(v.Int()), nil }, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(v reflect.Value) (Cell, error) { return unsigned(v.Uint()), nil }, nil
	case reflect.Float64:
		return func(v reflect.Value) (Cell, error) { return Number(v.Float()), nil }, nil
	case reflect.Float32:
		return func(v reflect.Value) (Cell, error) { return single(float32(v.Float())), nil }, nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return func(v reflect.Value) (Cell, error) { return bytesCell(v.Bytes()), nil }, nil
		}
	}
	return nil, fmt.Errorf("type %v is not a string, a bool, a number or a time", t)
}

// pointerReader returns the reader for the values that pointers of a type point
// to.
func pointerReader(t reflect.Type) (cellReader, error) {
	to := t
	for n := 0; to.Kind() == reflect.Pointer; to = to.Elem() {
		if n++; n > mostPointers {
			return nil, errPointers(t)
		}
	}
	to = t.Elem()
	if t.Implements(valuerType) && !to.Implements(valuerType) {
		return func(v reflect.Value) (Cell, error) {
			if v.IsNil() {
				return Cell{}, nil
			}
			return readValuer(v)
		}, nil
	}
	read, err := cellReaderOf(to)
	if err != nil {
		return nil, err
	}
	return func(v reflect.Value) (Cell, error) {
		if v.IsNil() {
			return Cell{}, nil
		}
		return read(v.Elem())
	}, nil
}

// readInterface reads a value of any type, also one that another interface
// leads to.
func readInterface(v reflect.Value) (Cell, error) {
	t := v.Type()
	for range mostPointers {
		switch {
		case !v.IsValid(): // behind nil
			return Cell{}, nil
		case v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && leadsOn(v.Type().Elem()):
			v = v.Elem()
		default:
			return CellOf(v.Interface())
		}
	}
	return Cell{}, errPointers(t)
}

// leadsOn reports whether there are values behind those of a type.
func leadsOn(t reflect.Type) bool {
	return t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer
}

// mostPointers lead from one to the next at most. There are circles of them.
const mostPointers = 16

func errPointers(t reflect.Type) error {
	return fmt.Errorf("type %v leads through more than %d pointers", t, mostPointers)
}

func readTime(v reflect.Value) (Cell, error) {
	if v.CanAddr() {
		return Time(*v.Addr().Interface().(*time.Time)), nil // which copies no memory
	}
	return Time(v.Interface().(time.Time)), nil
}

func readValuer(v reflect.Value) (Cell, error) {
	value, err := v.Interface().(driver.Valuer).Value()
	if err != nil {
		return Cell{}, err
	}
	if _, again := value.(driver.Valuer); again { // against a circle
		return Cell{}, fmt.Errorf("type %v has a Value of type %T", v.Type(), value)
	}
	return CellOf(value)
}

func bytesCell(b []byte) Cell {
	if b == nil {
		return Cell{}
	}
	return Text(string(b))
}

// integer returns the cell of an integer: a number, or else the text of its
// digits.
func integer(i int64) Cell {
	if v, exact := tofloat64.Int64(i); exact {
		return Number(v)
	}
	return Text(strconv.FormatInt(i, 10))
}

func unsigned(u uint64) Cell {
	if v, exact := tofloat64.Uint64(u); exact {
		return Number(v)
	}
	return Text(strconv.FormatUint(u, 10))
}

// single returns the cell of a float32: of the number that its shortest decimal
// text is, as in a file.
func single(v float32) Cell {
	if wide := float64(v); wide == float64(int32(wide)) || !finite(wide) {
		return Number(wide)
	}
	var text [24]byte
	wide, _ := strconv.ParseFloat(string(strconv.AppendFloat(text[:0], float64(v), 'g', -1, 32)), 64) // what was written can be read
	return Number(wide)
}

// numberText returns the cell of a number that comes as text.
func numberText(text string) Cell {
	if v, err := parseNumber(text); err == nil {
		return Number(v)
	}
	return Text(text)
}

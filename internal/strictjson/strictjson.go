// Package strictjson reads JSON from files that are not to be trusted.
package strictjson

import (
	"encoding"
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// Unmarshal stores the JSON in text in what v points to, as json.Unmarshal does.
// That consists of structs, slices, arrays, maps from strings, pointers, strings,
// truth values, integers, floating-point numbers and text unmarshalers.
//
// It refuses what can be read in two ways or hides a mistake: invalid UTF-8,
// null, a name that is twice in an object, names that v does not have exactly
// so, numbers that do not fit, and values nested deeper than depth. It also
// refuses what takes much more memory than the text; see Decoder.
func Unmarshal[T ~string | ~[]byte](text T, v any, depth int) error {
	d, err := NewDecoder(string(text), depth)
	if err != nil {
		return err
	}
	if err := d.Decode(v); err != nil {
		return err
	}
	return d.End()
}

// A Decoder is Unmarshal value by value. The values that it stores take at most
// five times the memory of the text, and a megabyte.
type Decoder struct {
	s     scanner
	depth int   // that is left
	room  int64 // in bytes, that is left
	types map[reflect.Type][]field
	texts map[reflect.Type]bool // see isText
}

// field is a field of a struct that JSON has.
type field struct {
	name  string
	index int
	text  bool // isText
}

// isText reports whether values of type t are read by UnmarshalText.
func (d *Decoder) isText(t reflect.Type) bool {
	text, ok := d.texts[t]
	if !ok {
		text = reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
		d.texts[t] = text
	}
	return text
}

// NewDecoder returns a Decoder of a text whose values are nested up to the
// given depth.
func NewDecoder(text string, depth int) (*Decoder, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("invalid UTF-8")
	}
	const (
		factor = 5
		free   = 1 << 20
	)
	return &Decoder{
		s:     scanner{text: text},
		depth: depth,
		room:  factor*int64(len(text)) + free,
		types: make(map[reflect.Type][]field),
		texts: make(map[reflect.Type]bool),
	}, nil
}

// Decode stores the next value in what v points to.
func (d *Decoder) Decode(v any) error {
	e := reflect.ValueOf(v).Elem()
	return d.value(e, d.isText(e.Type()))
}

// End returns an error unless all of the text has been read.
func (d *Decoder) End() error {
	if d.s.peek(); d.s.pos < len(d.s.text) {
		return errors.New("data after the end")
	}
	return nil
}

// Count returns how many items the object or the list has that comes next, if
// it is one.
func (d *Decoder) Count() int { return d.s.count() }

// Object calls member for the members of the object that comes next. It has to
// read the value of the name it gets.
func (d *Decoder) Object(member func(name string) error) error {
	if err := d.is('{', "an object"); err != nil {
		return err
	}
	n := d.s.count()
	if err := d.take(mapSize(n, 16)); err != nil {
		return err
	}
	seen := make(map[string]struct{}, n)
	return d.members(func(name string) error {
		if _, ok := seen[name]; ok {
			return twice(name)
		}
		seen[name] = struct{}{}
		return member(name)
	})
}

// members is Object that allows a name to be there twice.
func (d *Decoder) members(member func(name string) error) error {
	if err := d.enter(); err != nil {
		return err
	}
	defer d.leave()
	return d.s.items('{', '}', func() error {
		name, err := d.str()
		if err != nil {
			return err
		}
		if err := d.s.want(':'); err != nil {
			return err
		}
		return member(name)
	})
}

func (d *Decoder) enter() error {
	if d.depth == 0 {
		return errors.New("nested too deeply")
	}
	d.depth--
	return nil
}

func (d *Decoder) leave() { d.depth++ }

func twice(name string) error { return fmt.Errorf("%s is there twice", quote.Text(name)) }

// take returns an error if n bytes are more than there is room for.
func (d *Decoder) take(n int64) error {
	if n > d.room {
		return fmt.Errorf("%d bytes of JSON take too much memory", len(d.s.text))
	}
	d.room -= n
	return nil
}

// mapSize returns the bytes of a map of n entries of the given size: groups of
// eight, and as many as a power of two, of which an eighth stays free.
func mapSize(n int, entry uintptr) int64 {
	const header = 48
	groups := int64(1)
	if n > 8 {
		groups <<= bits.Len64((uint64(n)*8/7 - 1) / 8)
	}
	return header + groups*(8+8*int64(entry))
}

// str returns a string in memory of its own.
func (d *Decoder) str() (string, error) {
	s, err := d.s.str()
	if err == nil {
		err = d.take(int64(len(s)))
	}
	return strings.Clone(s), err
}

// is returns an error unless the next value begins with c, as what is wanted
// does.
func (d *Decoder) is(c byte, want string) error {
	if d.s.peek() == c {
		return nil
	}
	return d.wrong(want)
}

// wrong returns the error for a value that is not what is wanted, if it is a
// value.
func (d *Decoder) wrong(want string) error {
	var have string
	var err error
	switch c := d.s.peek(); {
	case c == '{':
		have = "an object"
	case c == '[':
		have = "a list"
	case c == '"':
		if have, err = d.s.str(); err == nil {
			have = quote.Text(have)
		}
	case c == 'n':
		if err = d.s.literal("null"); err == nil {
			err = errors.New("null")
		}
	case c == 't':
		have, err = "true", d.s.literal("true")
	case c == 'f':
		have, err = "false", d.s.literal("false")
	default:
		if have, err = d.s.number(); err == nil {
			have = quote.Plain(have)
		}
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s, want %s", have, want)
}

// value stores the next value in v. text tells whether its type is one that
// isText.
func (d *Decoder) value(v reflect.Value, text bool) error {
	if text {
		return d.text(v.Addr().Interface().(encoding.TextUnmarshaler))
	}
	switch v.Kind() {
	case reflect.Pointer:
		return d.pointer(v)
	case reflect.Struct:
		return d.structure(v)
	case reflect.Map:
		return d.mapping(v)
	case reflect.Slice:
		return d.slice(v)
	case reflect.Array:
		return d.array(v)
	case reflect.String:
		if err := d.is('"', "a string"); err != nil {
			return err
		}
		s, err := d.str()
		v.SetString(s)
		return err
	case reflect.Bool:
		return d.truth(v)
	}
	return d.number(v)
}

func (d *Decoder) text(u encoding.TextUnmarshaler) error {
	if err := d.is('"', "a string"); err != nil {
		return err
	}
	s, err := d.s.str()
	if err != nil {
		return err
	}
	if err := d.take(int64(len(s))); err != nil {
		return err
	}
	return u.UnmarshalText([]byte(s))
}

func (d *Decoder) pointer(v reflect.Value) error {
	if d.s.peek() == 'n' {
		return d.wrong("")
	}
	if err := d.take(int64(v.Type().Elem().Size())); err != nil {
		return err
	}
	v.Set(reflect.New(v.Type().Elem()))
	return d.value(v.Elem(), d.isText(v.Type().Elem()))
}

func (d *Decoder) structure(v reflect.Value) error {
	if err := d.is('{', "an object"); err != nil {
		return err
	}
	fields := d.fields(v.Type())
	var seen uint64 // bits of the fields
	return d.members(func(name string) error {
		for i, f := range fields {
			if f.name != name {
				continue
			}
			if seen&(1<<i) != 0 {
				return twice(name)
			}
			seen |= 1 << i
			return named(name, d.value(v.Field(f.index), f.text))
		}
		return fmt.Errorf("unknown field %s", quote.Text(name))
	})
}

// fields returns the fields of a type of structs, which has 64 of them at most.
func (d *Decoder) fields(t reflect.Type) []field {
	if fields, ok := d.types[t]; ok {
		return fields
	}
	var fields []field
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				name = f.Name
			}
			fields = append(fields, field{name, i, d.isText(f.Type)})
		}
	}
	if len(fields) > 64 {
		panic(fmt.Sprintf("strictjson: %v has %d fields", t, len(fields)))
	}
	d.types[t] = fields
	return fields
}

// named returns an error with the name of the member that it is of.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", quote.Text(name), err)
}

func (d *Decoder) mapping(v reflect.Value) error {
	if err := d.is('{', "an object"); err != nil {
		return err
	}
	t := v.Type()
	n := d.s.count()
	if err := d.take(mapSize(n, t.Key().Size()+t.Elem().Size())); err != nil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(t, n))
	text := d.isText(t.Elem())
	key, elem := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	return d.members(func(name string) error {
		key.SetString(name)
		if v.MapIndex(key).IsValid() {
			return twice(name)
		}
		elem.SetZero()
		if err := d.value(elem, text); err != nil {
			return named(name, err)
		}
		v.SetMapIndex(key, elem)
		return nil
	})
}

func (d *Decoder) slice(v reflect.Value) error {
	if err := d.is('[', "a list"); err != nil {
		return err
	}
	n := d.s.count()
	if n == 0 { // which is not nil
		if err := d.take(int64(v.Type().Size())); err != nil {
			return err
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // allocates the header of a slice
		return d.list(v)
	}
	if err := d.take(int64(n) * int64(v.Type().Elem().Size())); err != nil {
		return err
	}
	v.SetZero()
	v.Grow(n)
	v.SetLen(n)
	return d.list(v)
}

func (d *Decoder) array(v reflect.Value) error {
	if err := d.is('[', "a list"); err != nil {
		return err
	}
	if n := d.s.count(); n != v.Len() {
		return fmt.Errorf("%d items, want %d", n, v.Len())
	}
	return d.list(v)
}

// list stores a list in v, which has as many items as count has told.
func (d *Decoder) list(v reflect.Value) error {
	if err := d.enter(); err != nil {
		return err
	}
	defer d.leave()
	i, text := 0, d.isText(v.Type().Elem())
	return d.s.items('[', ']', func() error {
		i++
		return d.value(v.Index(i-1), text)
	})
}

func (d *Decoder) truth(v reflect.Value) error {
	switch d.s.peek() {
	case 't':
		v.SetBool(true)
		return d.s.literal("true")
	case 'f':
		v.SetBool(false)
		return d.s.literal("false")
	}
	return d.wrong("true or false")
}

// number stores the next value in an integer or a floating-point number.
func (d *Decoder) number(v reflect.Value) error {
	var want string
	var store func(v reflect.Value, text string) bool
	switch kind := v.Kind(); {
	case kind >= reflect.Int && kind <= reflect.Int64:
		want, store = "an integer", storeInt
	case kind >= reflect.Uint && kind <= reflect.Uint64:
		want, store = "an integer of at least 0", storeUint
	case kind == reflect.Float32 || kind == reflect.Float64:
		want, store = "a finite number", storeFloat
	default:
		panic(fmt.Sprintf("strictjson: no values of type %v", v.Type()))
	}
	if c := d.s.peek(); c != '-' && (c < '0' || c > '9') {
		return d.wrong(want)
	}
	text, err := d.s.number()
	if err != nil {
		return err
	}
	if !store(v, text) {
		return fmt.Errorf("%s, want %s", quote.Plain(text), want)
	}
	return nil
}

// storeInt, storeUint and storeFloat store a number in v. They report whether
// it is one that v can have.

func storeInt(v reflect.Value, text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	v.SetInt(n)
	return err == nil && !v.OverflowInt(n)
}

func storeUint(v reflect.Value, text string) bool {
	n, err := strconv.ParseUint(text, 10, 64)
	v.SetUint(n)
	return err == nil && !v.OverflowUint(n)
}

func storeFloat(v reflect.Value, text string) bool {
	f, err := strconv.ParseFloat(text, v.Type().Bits())
	v.SetFloat(f)
	return err == nil
}

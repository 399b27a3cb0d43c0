package strictjson

import "encoding/json"

// Next returns the first byte of the next value, 0 at the end of the text.
func (d *Decoder) Next() byte { return d.s.peek() }

// List calls item for the items of the list that comes next. It has to read the
// item.
func (d *Decoder) List(item func() error) error {
	if err := d.is('[', "a list"); err != nil {
		return err
	}
	if err := d.enter(); err != nil {
		return err
	}
	defer d.leave()
	return d.s.items('[', ']', item)
}

// Scalar returns the next value, which is a string, a json.Number as it is
// written, a truth value, or nil for null.
func (d *Decoder) Scalar() (any, error) {
	switch d.s.peek() {
	case '{', '[':
		return nil, d.wrong("a string, a number, true, false or null")
	case '"':
		return d.str()
	case 'n':
		return nil, d.s.literal("null")
	case 't':
		return true, d.s.literal("true")
	case 'f':
		return false, d.s.literal("false")
	}
	text, err := d.s.number()
	return json.Number(text), err
}

// Raw returns the text of the next value, whatever it is: JSON, in which an
// object may have a name twice.
func (d *Decoder) Raw() (string, error) {
	d.s.peek()
	begin := d.s.pos
	err := d.skip()
	return d.s.text[begin:d.s.pos], err
}

// skip goes beyond the next value.
func (d *Decoder) skip() error {
	switch d.s.peek() {
	case '{':
		return d.members(func(string) error { return d.skip() })
	case '[':
		return d.List(d.skip)
	}
	_, err := d.Scalar()
	return err
}

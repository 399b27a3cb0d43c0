package dataset

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// jsonObjects reads objects of JSON, one after the other or in a list, as text.
// It finds where they end. What is in them may be anything.
type jsonObjects struct {
	r    *bufio.Reader
	line int // of the next byte

	begun, list bool
	text        []byte
}

// maxObject is the size of an object in bytes.
const maxObject = 1 << 22

// next returns the text of the next object and the line that it begins in. The
// error is io.EOF after the last one.
func (j *jsonObjects) next() (object string, line int, err error) {
	c, err := j.begin()
	if err == nil && c != '{' {
		err = fmt.Errorf("unexpected %q, want an object", c)
	}
	if err != nil {
		return "", j.line, err
	}
	line = j.line
	object, err = j.object()
	return object, line, err
}

// begin returns the first byte of the next object.
func (j *jsonObjects) begin() (byte, error) {
	first := !j.begun
	j.begun = true
	c, err := j.skipSpace()
	if first && err == nil && c == '[' {
		j.list = true
		c, err = j.skipSpace()
	}
	switch {
	case !j.list:
		return c, err
	case err == io.EOF:
		return 0, fmt.Errorf("the list has no end: %w", io.ErrUnexpectedEOF)
	case err == nil && c == ']':
		return 0, j.end()
	case first || err != nil:
		return c, err
	case c != ',':
		return 0, fmt.Errorf("unexpected %q, want a comma or the end of the list", c)
	}
	c, err = j.skipSpace()
	return c, noEnd(err)
}

// end returns io.EOF at the end of the text after the list.
func (j *jsonObjects) end() error {
	c, err := j.skipSpace()
	if err == nil {
		err = fmt.Errorf("unexpected %q after the list", c)
	}
	return err
}

// object returns the text of the object whose first byte has been read.
func (j *jsonObjects) object() (string, error) {
	j.text = append(j.text[:0], '{')
	end := objectEnd{depth: 1}
	for end.depth > 0 {
		if _, err := j.r.Peek(1); err != nil {
			return "", noEnd(err)
		}
		part, _ := j.r.Peek(j.r.Buffered())
		part = part[:end.find(part)]
		if len(j.text)+len(part) > maxObject {
			return "", fmt.Errorf("the object has more than %d bytes", maxObject)
		}
		j.text = append(j.text, part...)
		j.line += bytes.Count(part, []byte{'\n'})
		j.r.Discard(len(part)) // cannot fail: these bytes are in the buffer
	}
	return string(j.text), nil
}

// objectEnd finds the end of an object, part by part.
type objectEnd struct {
	depth           int // of brackets that are open
	quoted, escaped bool
}

// find returns how many bytes of the part are of the object.
func (o *objectEnd) find(part []byte) int {
	for i, c := range part {
		switch {
		case o.escaped:
			o.escaped = false
		case o.quoted:
			o.escaped, o.quoted = c == '\\', c != '"'
		case c == '"':
			o.quoted = true
		case c == '{':
			o.depth++
		case c == '}':
			if o.depth--; o.depth == 0 {
				return i + 1
			}
		}
	}
	return len(part)
}

// skipSpace returns the next byte that is no space.
func (j *jsonObjects) skipSpace() (byte, error) {
	for {
		switch c, err := j.read(); {
		case err != nil:
			return 0, err
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return c, nil
		}
	}
}

func (j *jsonObjects) read() (byte, error) {
	c, err := j.r.ReadByte()
	if c == '\n' && err == nil {
		j.line++
	}
	return c, err
}

// noEnd returns the error for a text that ends too early.
func noEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

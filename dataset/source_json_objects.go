package dataset

import (
	"bufio"
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
const maxObject = 1 << 24

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
	depth, quoted, escaped := 1, false, false
	for depth > 0 {
		c, err := j.read()
		if err != nil {
			return "", noEnd(err)
		}
		if len(j.text) == maxObject {
			return "", fmt.Errorf("the object has more than %d bytes", maxObject)
		}
		j.text = append(j.text, c)
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
	}
	return string(j.text), nil
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

package strictjson

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads the tokens of JSON.
type scanner struct {
	text string
	pos  int // of the next byte
}

// peek returns the first byte of the next token, 0 at the end of the text.
func (s *scanner) peek() byte {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// unexpected returns the error for the byte at pos.
func (s *scanner) unexpected() error {
	if s.pos >= len(s.text) {
		return io.ErrUnexpectedEOF
	}
	c, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	return fmt.Errorf("unexpected %q in byte %d", c, s.pos)
}

// want goes beyond the byte c, which the next token begins with.
func (s *scanner) want(c byte) error {
	if s.peek() != c {
		return s.unexpected()
	}
	s.pos++
	return nil
}

// literal goes beyond a token without variants, such as true.
func (s *scanner) literal(token string) error {
	s.peek()
	for i := range len(token) {
		if s.pos == len(s.text) || s.text[s.pos] != token[i] {
			return s.unexpected()
		}
		s.pos++
	}
	return nil
}

// items calls item for each of the items between two brackets.
func (s *scanner) items(open, end byte, item func() error) error {
	if err := s.want(open); err != nil {
		return err
	}
	if s.peek() == end {
		s.pos++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.pos++
		case end:
			s.pos++
			return nil
		default:
			return s.unexpected()
		}
	}
}

// count returns how many items the object or the list has that comes next. Of
// text that is not JSON it says anything.
func (s *scanner) count() int {
	c := *s // which goes ahead
	open := c.peek()
	c.pos++
	if c.peek() == open+2 { // the bracket that ends it
		return 0
	}
	n, depth := 1, 1
	text := c.text[min(c.pos, len(c.text)):]
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return n
			}
		case ',':
			if depth == 1 {
				n++
			}
		}
	}
	return n
}

// number returns the number that comes next, as it is written.
func (s *scanner) number() (string, error) {
	s.peek()
	begin := s.pos
	digits := func() bool {
		first := s.pos
		for s.pos < len(s.text) && '0' <= s.text[s.pos] && s.text[s.pos] <= '9' {
			s.pos++
		}
		return s.pos > first
	}
	skip := func(a, b byte) bool {
		found := s.pos < len(s.text) && (s.text[s.pos] == a || s.text[s.pos] == b)
		if found {
			s.pos++
		}
		return found
	}
	skip('-', '-')
	if !skip('0', '0') && !digits() {
		return "", s.unexpected()
	}
	if skip('.', '.') && !digits() {
		return "", s.unexpected()
	}
	if skip('e', 'E') {
		skip('+', '-')
		if !digits() {
			return "", s.unexpected()
		}
	}
	return s.text[begin:s.pos], nil
}

// str returns the string that comes next. It may share the memory of the text.
func (s *scanner) str() (string, error) {
	if err := s.want('"'); err != nil {
		return "", err
	}
	begin := s.pos
	for s.pos < len(s.text) && s.text[s.pos] != '"' {
		switch {
		case s.text[s.pos] == '\\':
			return s.escaped(begin)
		case s.text[s.pos] < ' ':
			return "", s.unexpected()
		}
		s.pos++
	}
	if s.pos == len(s.text) {
		return "", io.ErrUnexpectedEOF
	}
	s.pos++
	return s.text[begin : s.pos-1], nil
}

// escaped is str for a string with a backslash at pos.
func (s *scanner) escaped(begin int) (string, error) {
	end := s.pos // of the string
	for end < len(s.text) && s.text[end] != '"' {
		if s.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(s.text) {
		return "", io.ErrUnexpectedEOF
	}
	var b strings.Builder
	b.Grow(end - begin) // an escape is never shorter than what it stands for
	b.WriteString(s.text[begin:s.pos])
	for s.pos < end {
		switch c := s.text[s.pos]; {
		case c < ' ':
			return "", s.unexpected()
		case c != '\\':
			b.WriteByte(c)
			s.pos++
		default:
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		}
	}
	s.pos++
	return b.String(), nil
}

// escape returns the character of the escape at pos.
func (s *scanner) escape() (rune, error) {
	const letters, stand = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	s.pos++
	c := s.text[s.pos]
	if i := strings.IndexByte(letters, c); i >= 0 {
		s.pos++
		return rune(stand[i]), nil
	}
	if c != 'u' {
		return 0, s.unexpected()
	}
	r, err := s.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if strings.HasPrefix(s.text[s.pos:], `\u`) {
		s.pos++
		low, err := s.hex()
		if err != nil {
			return 0, err
		}
		r = utf16.DecodeRune(r, low)
	}
	if utf16.IsSurrogate(r) || r == utf8.RuneError {
		return 0, errors.New("half of a surrogate pair")
	}
	return r, nil
}

// hex returns what the four digits after the u at pos stand for.
func (s *scanner) hex() (rune, error) {
	s.pos++
	digits := s.text[s.pos:min(s.pos+4, len(s.text))]
	r, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || len(digits) < 4 {
		return 0, s.unexpected()
	}
	s.pos += 4
	return rune(r), nil
}

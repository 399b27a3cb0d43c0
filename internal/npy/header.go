package npy

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/mlp/internal/quote"
)

// header is the dictionary in the header of a file.
type header struct {
	descr   string
	fortran bool
	shape   []int
}

// parseHeader reads a dictionary as Python writes it:
//
//	{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
func parseHeader(text string) (h header, err error) {
	s := scanner{text}
	seen := make(map[string]bool)
	if err := s.expect("{"); err != nil {
		return h, err
	}
	for !s.accept("}") {
		key, err := s.quoted()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("%s is there twice", quote.Text(key))
		}
		seen[key] = true
		if err := s.expect(":"); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			h.descr, err = s.quoted()
		case "fortran_order":
			h.fortran, err = s.boolean()
		case "shape":
			h.shape, err = s.tuple()
		default:
			err = fmt.Errorf("unknown field")
		}
		if err != nil {
			return h, fmt.Errorf("%s: %w", quote.Text(key), err)
		}
		if !s.accept(",") {
			if err := s.expect("}"); err != nil {
				return h, err
			}
			break
		}
	}
	if s.skip(); s.rest != "" {
		return h, fmt.Errorf("%q after the end", s.next())
	}
	if len(seen) != 3 {
		return h, fmt.Errorf("%d of the fields descr, fortran_order and shape", len(seen))
	}
	return h, nil
}

// scanner reads Python's literals.
type scanner struct{ rest string }

func (s *scanner) skip() { s.rest = strings.TrimLeft(s.rest, " \t\n") }

// next returns the text that follows, or its beginning, for an error.
func (s *scanner) next() string { return s.rest[:min(len(s.rest), 20)] }

// accept reads a token if it is the next.
func (s *scanner) accept(token string) bool {
	s.skip()
	rest, ok := strings.CutPrefix(s.rest, token)
	s.rest = rest
	return ok
}

func (s *scanner) expect(token string) error {
	if !s.accept(token) {
		return fmt.Errorf("want %q, have %q", token, s.next())
	}
	return nil
}

// quoted reads a string without escapes.
func (s *scanner) quoted() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if s.accept(quote) {
			text, rest, ok := strings.Cut(s.rest, quote)
			if !ok || strings.Contains(text, `\`) {
				break
			}
			s.rest = rest
			return text, nil
		}
	}
	return "", fmt.Errorf("want a string, have %q", s.next())
}

func (s *scanner) boolean() (bool, error) {
	switch {
	case s.accept("True"):
		return true, nil
	case s.accept("False"):
		return false, nil
	}
	return false, fmt.Errorf("want True or False, have %q", s.next())
}

// tuple reads a tuple of nonnegative integers.
func (s *scanner) tuple() ([]int, error) {
	if err := s.expect("("); err != nil {
		return nil, err
	}
	var values []int
	for !s.accept(")") {
		s.skip()
		digits := s.rest[:len(s.rest)-len(strings.TrimLeft(s.rest, "0123456789"))]
		v, err := strconv.Atoi(digits)
		if err != nil {
			return nil, fmt.Errorf("want a dimension, have %q", s.next())
		}
		s.rest = strings.TrimPrefix(s.rest[len(digits):], "L") // a long integer of Python 2
		values = append(values, v)
		if !s.accept(",") {
			if err := s.expect(")"); err != nil {
				return nil, err
			}
			break
		}
	}
	return values, nil
}

package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// A Notation describes how the numbers of a column are written. Its fields are
// those of [Numeric]. The zero value is the notation of Go: 1234.5, -7, 1e-3.
type Notation struct {
	Decimal     rune     // the decimal mark; 0 means '.'
	Grouping    rune     // the mark between thousands; 0 means none
	Units       []string // texts that may precede or follow a number
	Signs       bool     // (5), 5- and −5, with U+2212, are -5
	Hexadecimal bool     // 0x1F is 31
}

// isZero reports whether n is the notation of Go.
func (n Notation) isZero() bool {
	return n.decimal() == '.' && n.Grouping == 0 && len(n.Units) == 0 && !n.Signs && !n.Hexadecimal
}

// orNil returns a pointer to a copy of n, nil for the notation of Go.
func (n Notation) orNil() *Notation {
	if n.isZero() {
		return nil
	}
	n.Decimal, n.Units = n.decimal(), slices.Clone(n.Units)
	for i, unit := range n.Units {
		n.Units[i] = strings.TrimSpace(unit)
	}
	return &n
}

func (n Notation) decimal() rune {
	if n.Decimal == 0 {
		return '.'
	}
	return n.Decimal
}

// check returns an error unless n, which may come from a file, makes sense.
func (n *Notation) check() error {
	if n == nil {
		return nil
	}
	mark := func(r rune) bool {
		return utf8.ValidRune(r) && r != utf8.RuneError && r >= ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`+-−()"`, r)
	}
	switch {
	case !mark(n.decimal()) || unicode.IsSpace(n.Decimal):
		return fmt.Errorf("the decimal mark cannot be %q", n.Decimal)
	case n.Grouping != 0 && !mark(n.Grouping):
		return fmt.Errorf("the mark between thousands cannot be %q", n.Grouping)
	case n.Grouping == n.decimal():
		return fmt.Errorf("the decimal mark and that between thousands are both %q", n.Grouping)
	}
	for i, unit := range n.Units {
		if strings.TrimSpace(unit) == "" || strings.ContainsAny(unit, "0123456789") || !utf8.ValidString(unit) {
			return fmt.Errorf("the unit %d is %s, which is none", i, quote.Text(unit))
		}
	}
	return nil
}

// String returns the fields that are set, as they are written in Go.
func (n Notation) String() string {
	var fields []string
	if n.decimal() != '.' {
		fields = append(fields, fmt.Sprintf("Decimal: %q", n.Decimal))
	}
	if n.Grouping != 0 {
		fields = append(fields, fmt.Sprintf("Grouping: %q", n.Grouping))
	}
	if len(n.Units) > 0 {
		fields = append(fields, "Units: []string{"+quoteAll(n.Units)+"}")
	}
	if n.Signs {
		fields = append(fields, "Signs: true")
	}
	if n.Hexadecimal {
		fields = append(fields, "Hexadecimal: true")
	}
	return strings.Join(fields, ", ")
}

// parse returns the finite number that a text is in this notation; nil is that
// of Go.
func (n *Notation) parse(text string) (float64, error) {
	if n == nil {
		return parseNumber(text)
	}
	v, _, err := n.scan(text)
	if err == errNotation {
		err = fmt.Errorf("%s %w", quote.Text(text), err)
	}
	return v, err
}

// number returns the finite number that a cell holds.
func (n *Notation) number(c Cell) (float64, error) {
	switch {
	case c.kind == numeralCell && n == nil:
		return c.number, nil
	case c.isText():
		return n.parse(c.String())
	case c.kind != numberCell:
		return 0, fmt.Errorf("%s is not a number", c.quoted())
	case !finite(c.number):
		return 0, fmt.Errorf("%s is not a finite number", c.quoted())
	}
	return c.number, nil
}

// scanned says what a number in some notation has.
type scanned struct {
	unit                                    string
	decimal, grouped, signed, isHexadecimal bool
}

var errNotation = errors.New("is not a number in the notation of the column")

// scan is parse that says what it has found. It returns errNotation itself for
// what is no number.
func (n *Notation) scan(text string) (v float64, found scanned, err error) {
	return n.scanBody(n.strip(text))
}

// scanBody is scan of a number without sign and unit.
func (n *Notation) scanBody(body string, negative bool, found scanned) (v float64, _ scanned, err error) {
	if body == "" || body[0] != byte(n.decimal()) && (body[0] < '0' || body[0] > '9') && n.decimal() < utf8.RuneSelf {
		return 0, scanned{}, errNotation
	}
	if n.Hexadecimal && (strings.HasPrefix(body, "0x") || strings.HasPrefix(body, "0X")) {
		return hexadecimal(body, negative, found)
	}
	var room [64]byte
	plain := room[:0]
	if negative {
		plain = append(plain, '-')
	}
	plain, ok := n.plain(plain, body, &found)
	if !ok || !looksLikeNumber(string(plain)) {
		return 0, scanned{}, errNotation
	}
	v, err = parseNumber(string(plain)) // which may be too large, or an integer that is lost
	return v, found, err
}

// hexadecimal returns the number behind 0x.
func hexadecimal(text string, negative bool, found scanned) (float64, scanned, error) {
	u, err := strconv.ParseUint(text[2:], 16, 64)
	if err != nil || u > 1<<53 {
		return 0, scanned{}, fmt.Errorf("%s is not a hexadecimal number of at most 2⁵³", quote.Text(text))
	}
	found.isHexadecimal = true
	if negative {
		return -float64(u), found, nil
	}
	return float64(u), found, nil
}

// strip takes the sign and the unit off a number.
func (n *Notation) strip(text string) (body string, negative bool, found scanned) {
	signed := false
	for body = text; ; {
		body = strings.TrimSpace(body)
		before := len(body)
		if !signed {
			body, negative, signed = n.stripSign(body, &found)
		}
		if found.unit == "" {
			body, found.unit = n.stripUnit(body)
		}
		if len(body) == before {
			return body, negative, found
		}
	}
}

// stripUnit takes the unit off a number, where it has one: the longest, as both
// m and km may be units.
func (n *Notation) stripUnit(text string) (rest, unit string) {
	rest = text
	for _, u := range n.Units {
		if len(u) <= len(unit) {
			continue
		}
		if before, ok := strings.CutPrefix(text, u); ok {
			rest, unit = before, u
		} else if behind, ok := strings.CutSuffix(text, u); ok {
			rest, unit = behind, u
		}
	}
	return rest, unit
}

// stripSign takes the sign off a number, where it has one.
func (n *Notation) stripSign(text string, found *scanned) (rest string, negative, signed bool) {
	switch {
	case strings.HasPrefix(text, "-"):
		return text[1:], true, true
	case strings.HasPrefix(text, "+"):
		return text[1:], false, true
	case !n.Signs:
		return text, false, false
	}
	rest, signed = strings.CutPrefix(text, "−")
	if !signed {
		rest, signed = strings.CutSuffix(text, "-")
	}
	if !signed {
		rest, signed = strings.CutSuffix(text, "−")
	}
	if !signed && strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		rest, signed = text[1:len(text)-1], true
	}
	found.signed = signed
	return rest, signed, signed
}

// plain appends an unsigned number as Go writes it. It reports false for what
// is none.
func (n *Notation) plain(dst []byte, body string, found *scanned) ([]byte, bool) {
	digits := 0 // since the last mark between thousands
	groups := 0 // of thousands before this one
	ended := func() bool { return groups == 0 || digits == 3 }
	for i, r := range body {
		switch {
		case '0' <= r && r <= '9':
			dst = append(dst, byte(r))
			digits++
		case r == n.decimal() && !found.decimal:
			if !ended() {
				return dst, false
			}
			found.decimal, groups = true, 0
			dst = append(dst, '.')
		case n.groups(r) && !found.decimal:
			// Two digits are a group in India.
			if digits == 0 || digits > 3 || groups > 0 && digits < 2 {
				return dst, false
			}
			if groups == 0 && body[0] == '0' { // 0,125 is hardly 125
				return dst, false
			}
			found.grouped = true
			groups++
			digits = 0
		case (r == 'e' || r == 'E') && i > 0:
			return append(dst, body[i:]...), ended() && !strings.ContainsAny(body[i:], "xX_.")
		default:
			return dst, false
		}
	}
	return dst, ended() && len(body) > 0
}

// groups reports whether r is the mark between thousands or one that looks like
// it.
func (n *Notation) groups(r rune) bool {
	switch n.Grouping {
	case 0:
		return false
	case ' ':
		return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009'
	case '\'':
		return r == '\'' || r == '’'
	}
	return r == n.Grouping
}

// savedNotation is a Notation as JSON.
type savedNotation struct {
	Decimal     string   `json:"decimal,omitempty"`
	Grouping    string   `json:"grouping,omitempty"`
	Units       []string `json:"units,omitempty"`
	Signs       bool     `json:"signs,omitempty"`
	Hexadecimal bool     `json:"hexadecimal,omitempty"`
}

func (n *Notation) save() *savedNotation {
	if n == nil {
		return nil
	}
	s := &savedNotation{Decimal: string(n.decimal()), Units: n.Units, Signs: n.Signs, Hexadecimal: n.Hexadecimal}
	if n.Grouping != 0 {
		s.Grouping = string(n.Grouping)
	}
	return s
}

// load returns the notation, or an error unless the fields make sense.
func (s *savedNotation) load() (*Notation, error) {
	if s == nil {
		return nil, nil
	}
	n := &Notation{Units: s.Units, Signs: s.Signs, Hexadecimal: s.Hexadecimal}
	for _, mark := range []struct {
		text string
		r    *rune
	}{{s.Decimal, &n.Decimal}, {s.Grouping, &n.Grouping}} {
		runes := []rune(mark.text)
		if len(runes) > 1 {
			return nil, fmt.Errorf("a notation with the mark %s", quote.Text(mark.text))
		}
		if len(runes) == 1 {
			*mark.r = runes[0]
		}
	}
	return n, n.check()
}

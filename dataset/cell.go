package dataset

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// A Cell is one cell of a record: a text, a number, a truth value, a point in
// time, or nothing. The zero value is nothing, a missing value. [Text],
// [Number], [Truth], [Time] and [CellOf] make the others.
//
// A cell means the same whether it comes as text or as a value:
//
//	Numeric              a number, or a text that is one
//	Boolean              a truth value, one of its words, 1 or 0
//	Categorical, Ordinal a text that is one of the names, letter by letter; a number, if
//	                     exactly one of the names is that number (1 for "1.0"); a truth
//	                     value, if exactly one of the names is true, yes, false or no in
//	                     upper or lower case and means it (true for "True")
//	Date                 a point in time, or a text or number that is one in the layout
//	                     of the column
//
// Anything else is an error. The texts "1" and "1.0" remain two names.
type Cell struct {
	kind   cellKind
	offset int32   // of a time: seconds east of UTC; of a numeral: its spelling
	number float64 // 1 or 0 of a truth value; of a time: seconds on its clock since 1970
	text   string
}

type cellKind uint8

const (
	missingCell cellKind = iota
	textCell
	numberCell
	truthCell
	timeCell

	// A numeral is a text that is a number, kept as this number. It is what the text
	// is, everywhere.
	numeralCell
)

// Text returns the cell with this text, as it stands in a file. Spaces around
// it do not count. A text such as "" or "NA" is a missing value where
// Recipe.Missing says so.
func Text(text string) Cell { return Cell{kind: textCell, text: strings.TrimSpace(text)} }

// Number returns the cell with this number. NaN is a missing value where the
// text "NaN" is.
func Number(v float64) Cell { return Cell{kind: numberCell, number: v} }

// Truth returns the cell that says yes or no.
func Truth(yes bool) Cell {
	c := Cell{kind: truthCell}
	if yes {
		c.number = 1
	}
	return c
}

// Time returns the cell with this point in time, to the second.
func Time(t time.Time) Cell {
	_, offset := t.Zone()
	return Cell{kind: timeCell, offset: int32(offset), number: float64(t.Unix() + int64(offset))}
}

// numeralOf returns the cell with the text of a number in this spelling.
func numeralOf(v float64, s spellings) Cell {
	return Cell{kind: numeralCell, offset: int32(s.decimals)<<8 | int32(s.set), number: v}
}

// spelling returns the spelling of a numeral.
func (c Cell) spelling() spellings {
	return spellings{spelling(c.offset & 0xff), int16(c.offset >> 8)}
}

// isText reports whether the cell is a text, or a numeral, which is one.
func (c Cell) isText() bool { return c.kind == textCell || c.kind == numeralCell }

// isUTF8 reports whether the text of the cell, if it has one, is UTF-8.
func (c Cell) isUTF8() bool { return utf8.ValidString(c.text) }

// String returns the cell as it would stand in a file, "" for a missing one: of
// a number the shortest text that reads back to it, such as 1000000 and 1e-05.
func (c Cell) String() string {
	switch c.kind {
	case textCell:
		return c.text
	case numberCell:
		return shortestText(c.number)
	case numeralCell:
		var room [longNumeral]byte
		return string(c.spelling().append(room[:0], c.number))
	case truthCell:
		return strconv.FormatBool(c.number == 1)
	case timeCell:
		return c.clock().Format("2006-01-02T15:04:05") + c.zone()
	}
	return ""
}

// clock returns what the clock of a time shows.
func (c Cell) clock() time.Time { return time.Unix(int64(c.number), 0).UTC() }

// zone returns the offset of a time, as in RFC 3339.
func (c Cell) zone() string {
	return time.Unix(0, 0).In(time.FixedZone("", int(c.offset))).Format("Z07:00")
}

// name returns the name that a cell without a list of names is learned as.
func (c Cell) name() (string, error) {
	switch {
	case c.kind == timeCell:
		return "", errTimeName(c)
	case c.kind == numberCell && !finite(c.number):
		return "", fmt.Errorf("%s is not a finite number", c)
	}
	return c.String(), nil
}

func errTimeName(c Cell) error { return fmt.Errorf("%s is a time, not a name", c) }

// quoted returns the cell for an error: a text in quotes, of a long one the
// beginning.
func (c Cell) quoted() string {
	if c.isText() || c.kind == missingCell {
		return quote.Text(c.String())
	}
	return c.String()
}

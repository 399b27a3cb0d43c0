package dataset

import (
	"math"
	"slices"
	"strings"
)

// usualMissing are the texts that mean a missing value in most files: those
// that pandas reads as such, and the question mark of many public data sets.
var usualMissing = []string{
	"", "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A", "#N/A N/A", "#NA", "?",
	"1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
}

// missingValues says which cells mean a missing value.
type missingValues struct {
	texts   []string // as in the file
	byValue bool     // a text that is the same number as one of texts is missing, too

	set     map[string]bool
	numbers map[float64]bool // among the texts; nil for none
}

// newMissing returns the missing values of a recipe: the usual ones for nil.
// The empty cell always is one.
func newMissing(texts []string) *missingValues {
	if texts == nil {
		return loadMissing(slices.Clone(usualMissing), false)
	}
	texts = trimAll(texts)
	if !slices.Contains(texts, "") {
		texts = append(texts, "")
	}
	m := loadMissing(texts, false)
	m.byValue = m.numbers != nil
	return m
}

func loadMissing(texts []string, byValue bool) *missingValues {
	m := &missingValues{texts: texts, byValue: byValue, set: setOf(texts)}
	for _, text := range texts {
		if v, err := parseNumber(text); err == nil {
			if m.numbers == nil {
				m.numbers = make(map[float64]bool)
			}
			m.numbers[v] = true
		}
	}
	return m
}

// text reports whether a cell with this text is missing.
func (m *missingValues) text(text string) bool { return m.textIn(nil, text) }

// textIn is text in a column whose numbers are written in this notation.
func (m *missingValues) textIn(n *Notation, text string) bool {
	if m.set[text] {
		return true
	}
	if !m.byValue || n == nil && (text == "" || !strings.Contains("+-.0123456789", text[:1])) {
		return false
	}
	v, err := n.parse(text)
	return err == nil && m.numbers[v]
}

// numeral is textIn for a numeral. Only one of the numbers can be among the
// texts.
func (m *missingValues) numeral(n *Notation, c Cell) bool {
	switch {
	case m.numbers == nil:
		return false
	case n != nil:
		return m.textIn(n, c.String())
	}
	return m.numbers[c.number] && (m.byValue || m.set[c.String()])
}

// cell reports whether a cell is missing in a column whose numbers are written
// in this notation.
func (m *missingValues) cell(n *Notation, c Cell) bool {
	switch c.kind {
	case missingCell:
		return true
	case textCell:
		return m.textIn(n, c.text)
	case numeralCell:
		return m.numeral(n, c)
	case numberCell:
		if math.IsNaN(c.number) {
			return m.set["NaN"]
		}
		return m.numbers[c.number]
	case truthCell:
		return m.set[c.String()]
	}
	return false
}

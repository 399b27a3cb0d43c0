package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/mlp/internal/quote"
)

// knownUnits are what stands before or behind a number in many tables, longer
// ones first.
var knownUnits = []string{
	"CHF", "EUR", "GBP", "JPY", "USD", "A$", "C$", "R$", "US$", "kr", "zł",
	"%", "‰", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₫", "₪", "₴", "₿", "฿",
}

// knownMarks are the pairs of a decimal mark and a mark between thousands, and
// what a number with them is called.
var knownMarks = [...]struct {
	decimal, grouping rune
	what              string
}{
	{'.', 0, "a number"},
	{',', 0, "a number with a decimal comma"},
	{'.', ',', "a number with commas between thousands"},
	{',', '.', "a number with points between thousands"},
	{'.', ' ', "a number with spaces between thousands"},
	{',', ' ', "a number with spaces between thousands and a decimal comma"},
	{'.', '\'', "a number with apostrophes between thousands"},
	{',', '\'', "a number with apostrophes between thousands and a decimal comma"},
	{'.', '_', "a number with underscores between thousands"},
}

// knownLayouts are layouts of dates and times beside those of ISO 8601, which
// the first, empty one stands for.
var knownLayouts = []string{
	"",
	"2.1.2006", "2.1.2006 15:04", "2.1.2006 15:04:05",
	"1/2/2006", "1/2/2006 15:04", "1/2/2006 15:04:05", "1/2/2006 3:04 PM", "1/2/2006 3:04:05 PM", "1/2/06", "1/2/06 15:04",
	"2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05", "2/1/06", "2/1/06 15:04",
	"1-2-2006", "2-1-2006", "2-1-2006 15:04", "2006/1/2", "2006/1/2 15:04", "2006/1/2 15:04:05", "2006.1.2", "2006-1-2",
	"2-Jan-2006", "2-Jan-06", "2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2006", "January 2006",
	time.RFC1123Z, time.ANSIC, time.RubyDate,
	"15:04", "15:04:05", "3:04 PM", "3:04:05 PM",
}

// looks is what the cells of a column look like that are not missing.
type looks struct {
	witnesses
	rows     int
	distinct int
	first    int // row

	notation notationLooks
	date     dateLooks
}

// tally counts the rows that look like something.
type tally struct {
	rows, others int
	first, other int // row of the first one, and of the first one that does not, from 1
}

func (t *tally) add(row, rows int, ok bool) {
	switch {
	case !ok && t.others == 0:
		t.other = row + 1
	case ok && t.rows == 0:
		t.first = row + 1
	}
	if ok {
		t.rows += rows
	} else {
		t.others += rows
	}
}

// few reports whether it is known already that of this many rows neither all look
// like it, nor, where there are many, nine in ten.
func (t tally) few(rows int) bool {
	return t.others > 0 && (rows < manyNames || float64(t.others) > 0.1*float64(rows))
}

// most reports whether all rows look like it, or nine in ten of many.
func (t tally) most(rows int) bool { return t.rows > 0 && !t.few(rows) }

// A seenText is a text that cells of a column have.
type seenText struct {
	text  string
	first int // row
	rows  int
}

// seenTexts returns the texts of the cells that are not missing.
func seenTexts(c cells) []seenText {
	index := make(map[string]int)
	var all []seenText
	for i, cell := range c.all() {
		if c.missing.cell(nil, cell) {
			continue
		}
		text := cell.String()
		k, ok := index[text]
		if !ok {
			k = len(all)
			index[text] = k
			all = append(all, seenText{text: text, first: i})
		}
		all[k].rows++
	}
	return all
}

// lookAt looks at the texts of a column where the recipe says that numbers are
// written in this notation.
func lookAt(w witnesses, texts []seenText, numbers *Notation) looks {
	l := looks{witnesses: w, distinct: len(texts)}
	for _, s := range texts {
		l.rows += s.rows
	}
	l.notation.marks, l.notation.usual, l.date.layouts = everyMark, numbers, everyLayout
	for i, s := range texts {
		if i == 0 {
			l.first = s.first
		}
		if !l.notation.few(l.rows) {
			l.notation.add(s.text, s.first, s.rows)
		}
		if !l.date.few(l.rows) {
			l.date.add(s.text, s.first, s.rows)
		}
	}
	return l
}

// notNames returns an error if the cells look like dates, or like numbers in
// another notation than the usual one.
func (l looks) notNames() error {
	var kind string
	var options []string
	var t tally
	switch {
	case l.date.most(l.rows):
		kind, options, t = l.date.describe(l.name())
	case l.notation.most(l.rows) && l.notation.foreign > 0:
		kind, options, t = l.notation.describe(l.name())
	default:
		return nil
	}
	odd := ""
	if t.other > 0 {
		odd = fmt.Sprintf("; %s does not, %s", l.rowPlace(t.other-1), l.quoted(t.other-1))
	}
	return l.at(t.first-1, fmt.Errorf("%s looks like %s: name the column in Recipe.Columns, as %s, as Categorical if it is a name, or as Drop%s",
		l.quoted(t.first-1), kind, strings.Join(options, " or "), odd))
}

// manyNames is how many different names there are at least in a column of
// identifiers or free text.
const manyNames = 20

// notIdentifiers returns an error if the cells are different in nearly every
// row.
func (l looks) notIdentifiers() error {
	if l.distinct < manyNames || float64(l.distinct) <= 0.9*float64(l.rows) {
		return nil
	}
	return l.at(l.first, fmt.Errorf("%s and the other cells look like identifiers or free text, %d of %d are different: name the column in Recipe.Columns, as Drop, or as Categorical if they are names",
		l.quoted(l.first), l.distinct, l.rows))
}

// notationLooks says which notations of numbers fit cells.
type notationLooks struct {
	tally
	usual         *Notation // nil for that of Go
	foreign       int       // row of the first cell that is no number in the usual notation, from 1
	marks         uint      // bits of knownMarks that fit all numbers
	used          [2]uint   // bits where a cell has the decimal mark and that between thousands
	units         []string
	signed        bool
	isHexadecimal bool
}

const everyMark = 1<<len(knownMarks) - 1

// add adds the look of a cell.
func (l *notationLooks) add(cell string, row, rows int) {
	marks, found := marksOf(cell)
	l.tally.add(row, rows, marks != 0)
	if marks == 0 {
		return
	}
	l.marks &= marks
	if l.foreign == 0 && !looksLikeNumberIn(l.usual, cell) {
		l.foreign = row + 1
	}
	for i := range knownMarks {
		if marks>>i&1 == 0 {
			continue
		}
		f := found[i]
		if f.decimal {
			l.used[0] |= 1 << i
		}
		if f.grouped {
			l.used[1] |= 1 << i
		}
		if f.unit != "" && !slices.Contains(l.units, f.unit) {
			l.units = append(l.units, f.unit)
		}
		l.signed = l.signed || f.signed
		l.isHexadecimal = l.isHexadecimal || f.isHexadecimal
	}
}

// marksOf returns the bits of the knownMarks with which a cell is a number, and
// what was found with each.
func marksOf(cell string) (marks uint, found [len(knownMarks)]scanned) {
	if !strings.ContainsAny(cell, "0123456789") {
		return 0, found
	}
	n := Notation{Units: knownUnits, Signs: true, Hexadecimal: true}
	body, negative, stripped := n.strip(cell)
	for i, m := range knownMarks {
		n.Decimal, n.Grouping = m.decimal, m.grouping
		if _, f, err := n.scanBody(body, negative, stripped); err == nil {
			marks |= 1 << i
			found[i] = f
		}
	}
	return marks, found
}

// describe says what the cells look like, and the options for it.
func (l *notationLooks) describe(column string) (kind string, options []string, t tally) {
	t = l.tally
	t.first = l.foreign
	for i, m := range knownMarks {
		fits := l.marks>>i&1 != 0 && (m.decimal == '.' || l.used[0]>>i&1 != 0) && (m.grouping == 0 || l.used[1]>>i&1 != 0)
		if !fits {
			continue
		}
		n := Notation{m.decimal, m.grouping, l.units, l.signed, l.isHexadecimal}
		option := "Numeric{Column: " + quote.Text(column)
		if fields := n.String(); fields != "" {
			option += ", " + fields
		}
		options = append(options, option+"}")
		what := m.what
		if len(l.units) > 0 && i == 0 {
			what += " with the unit " + quoteAll(l.units)
		} else if len(l.units) > 0 {
			what += " and the unit " + quoteAll(l.units)
		}
		if i == 0 && l.isHexadecimal {
			what = "a hexadecimal number"
		} else if i == 0 && len(l.units) == 0 && l.signed {
			what = "a number with a sign of its own"
		}
		if kind == "" {
			kind = what
		} else {
			kind += ", or " + what
		}
		if i == 0 {
			break // the others fit as well, without their marks
		}
	}
	if kind == "" {
		kind, options = "a number in one notation, other cells look like numbers in another one", []string{"Numeric with its notation"}
	}
	return kind, options, t
}

// dateLooks says which layouts of dates fit cells.
type dateLooks struct {
	tally
	layouts uint64 // bits of knownLayouts that fit all dates
}

const everyLayout = 1<<64 - 1

// add adds the look of a cell.
func (l *dateLooks) add(cell string, row, rows int) {
	layouts := layoutsOf(cell)
	l.tally.add(row, rows, layouts != 0)
	if layouts != 0 {
		l.layouts &= layouts
	}
}

// layoutsOf returns the bits of the knownLayouts of which a cell is a date.
func layoutsOf(cell string) (layouts uint64) {
	if !strings.ContainsAny(cell, "0123456789") || !strings.ContainsAny(cell, "-/.: ") || len(cell) > 40 || looksLikeNumber(cell) {
		return 0
	}
	if first := cell[0]; (first < '0' || first > '9') && !beginsLikeDate(cell) {
		return 0
	}
	for i, layout := range knownLayouts {
		ok := false
		if layout == "" {
			_, _, ok = parseISO(cell)
		} else if _, err := time.Parse(layout, cell); err == nil {
			ok = true
		}
		if ok {
			layouts |= 1 << i
		}
	}
	return layouts
}

// beginsLikeDate reports whether the cell begins with the name of a month or of a
// day of the week.
func beginsLikeDate(cell string) bool {
	return len(cell) > 3 && strings.Contains("jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun", strings.ToLower(cell[:3]))
}

// describe says what the cells look like, and the options for it.
func (l *dateLooks) describe(column string) (kind string, options []string, t tally) {
	for i, layout := range knownLayouts {
		switch {
		case l.layouts>>i&1 == 0:
			continue
		case layout == "":
			options = append(options, "Date{Column: "+quote.Text(column)+"}")
		default:
			options = append(options, "Date{Column: "+quote.Text(column)+", Layouts: []string{"+strconv.Quote(layout)+"}}")
		}
		if layout == "" {
			break
		}
	}
	if options == nil {
		options = []string{"Date with its Layouts"}
	}
	return "a date or a time", options[:min(len(options), 2)], l.tally
}

// withLook adds to the error for a cell that is no number in the notation of Go
// what it looks like, and what takes it: a literal of this type.
func withLook(err error, cell, literal string) error {
	var l notationLooks
	l.marks = everyMark
	l.add(cell, 0, 1)
	if l.rows == 0 || l.foreign == 0 {
		return err
	}
	kind, options, _ := l.describe("")
	for i := range options {
		options[i] = strings.Replace(options[i], "Numeric{Column: \"\", ", literal+"{", 1)
	}
	return fmt.Errorf("%w: it looks like %s, which %s takes", err, kind, strings.Join(options, " or "))
}

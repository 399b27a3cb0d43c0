package dataset

import (
	"math"
	"slices"
)

// A columnBuilder makes a column of cells. It begins as one of numbers and
// becomes one of names when too many cells are not numbers in one spelling.
type columnBuilder struct {
	isNames  bool
	values   []float64 // as in numberColumn
	codes    []uint32  // as in nameColumn
	spelling spellings // those that fit all numbers so far
	numbers  int       // how many of the values are numbers
	others   cellIndex // in values or codes
	most     int       // others until they are looked at again
	text     []byte    // scratch
}

// fewOthers are no reason to think about another spelling.
const fewOthers = 64

func newColumnBuilder() *columnBuilder {
	b := new(columnBuilder)
	b.reset()
	return b
}

// reset removes all cells and keeps the memory for more.
func (b *columnBuilder) reset() {
	b.others.reset()
	*b = columnBuilder{
		values: b.values[:0], codes: b.codes[:0], others: b.others, text: b.text,
		spelling: spellings{set: anySpelling | valued}, most: fewOthers,
	}
}

func (b *columnBuilder) rows() int { return len(b.values) + len(b.codes) }

// cell returns the cell of a row.
func (b *columnBuilder) cell(row int) Cell {
	if b.isNames {
		return b.others.at(b.codes[row])
	}
	return numberAt(b.values[row], b.spelling, &b.others.cellSet)
}

// add adds a cell.
func (b *columnBuilder) add(c Cell) {
	switch {
	case c.kind == textCell:
		b.text = append(b.text[:0], c.text...)
		b.addText(b.text)
	case c.kind == numeralCell:
		b.text = c.spelling().append(b.text[:0], c.number)
		b.addText(b.text)
	case c.kind == numberCell && !b.isNames && b.spelling.set&valued != 0 && !math.IsNaN(c.number):
		b.spelling = spellings{set: valued}
		b.values = append(b.values, c.number)
		b.numbers++
	default:
		b.addOther(b.others.codeOf(c))
	}
}

// addNumbers adds cells that came as numbers.
func (b *columnBuilder) addNumbers(numbers []float64) {
	b.values = slices.Grow(b.values, len(numbers))
	for _, v := range numbers {
		b.add(Number(v))
	}
}

// addText adds a cell that came as text, without spaces around it.
func (b *columnBuilder) addText(text []byte) {
	if !b.isNames {
		if v, fits, ok := b.spelling.read(text); ok {
			b.spelling = fits
			b.values = append(b.values, v)
			b.numbers++
			return
		}
	}
	b.addOther(b.others.codeOfText(text))
}

func (b *columnBuilder) addOther(code uint32) {
	if b.isNames {
		b.codes = append(b.codes, code)
		return
	}
	b.values = append(b.values, asNaN(code))
	b.limitOthers()
}

// limitOthers looks for another spelling, or gives the numbers up, if there are
// many cells of no spelling for so few numbers.
func (b *columnBuilder) limitOthers() {
	if b.others.len() <= b.most {
		return
	}
	if b.numbers >= 16*b.others.len() {
		b.most *= 2
		return
	}
	spelling, fits := b.bestSpelling()
	if fits < b.rows()/4*3 {
		b.becomeNames()
		return
	}
	again := newColumnBuilder()
	again.spelling, again.most = spelling, math.MaxInt
	for row := range b.rows() {
		again.add(b.cell(row))
	}
	again.most = 2 * max(b.most, again.others.len())
	*b = *again
}

// bestSpelling returns the spelling that fits the most cells, and their number.
func (b *columnBuilder) bestSpelling() (best spellings, most int) {
	counts := make(map[spellings]int)
	for row := range b.rows() {
		c := b.cell(row)
		if c.kind == numberCell {
			counts[spellings{set: valued}]++
			continue
		}
		b.text = append(b.text[:0], c.String()...)
		_, fits, _ := spellings{set: anySpelling}.read(b.text)
		for one := shortest; one < valued; one <<= 1 {
			if fits.set&one == 0 {
				continue
			}
			s := spellings{set: one}
			if one == fixed || one == scientific {
				s.decimals = fits.decimals
			}
			counts[s]++
		}
	}
	for s, n := range counts {
		if n > most || n == most && (s.set < best.set || s.set == best.set && s.decimals < best.decimals) {
			best, most = s, n
		}
	}
	return best, most
}

// becomeNames makes the column one of names.
func (b *columnBuilder) becomeNames() {
	if b.isNames {
		return
	}
	b.codes = slices.Grow(b.codes, len(b.values))
	for _, v := range b.values {
		switch {
		case v != v:
			b.codes = append(b.codes, codeOf(v))
		case b.spelling.set == valued:
			b.codes = append(b.codes, b.others.codeOf(Number(v)))
		default:
			b.text = b.spelling.append(b.text[:0], v)
			b.codes = append(b.codes, b.others.codeOfText(b.text))
		}
	}
	b.isNames, b.values = true, b.values[:0]
}

// join adds some cells of another builder, which it leaves as it is.
func (b *columnBuilder) join(o *columnBuilder, from, to int) {
	if o.isNames && b.numbers == 0 {
		b.becomeNames()
	}
	switch common := b.spelling.both(o.spelling); {
	case b.isNames && (o.isNames || o.numbers == 0):
		codes := b.translate(o)
		for row := from; row < to; row++ {
			b.codes = append(b.codes, codes[o.code(row)])
		}
	case !b.isNames && !o.isNames && (b.numbers == 0 || o.numbers == 0 || common.set != 0):
		b.joinValues(o, o.values[from:to], common)
	default:
		for row := from; row < to; row++ {
			b.add(o.cell(row))
		}
	}
}

// joinValues adds some values of another builder, where common are the spellings
// of both.
func (b *columnBuilder) joinValues(o *columnBuilder, values []float64, common spellings) {
	if b.numbers == 0 {
		b.spelling = o.spelling
	} else if o.numbers > 0 {
		b.spelling = common
	}
	first := len(b.values)
	b.values = append(b.values, values...)
	b.numbers += len(values)
	if o.others.len() == 0 {
		return
	}
	codes := b.translate(o)
	for i, v := range b.values[first:] {
		if v != v {
			b.values[first+i] = asNaN(codes[codeOf(v)])
			b.numbers--
		}
	}
	b.limitOthers()
}

// code returns the code of a cell that is no number.
func (b *columnBuilder) code(row int) uint32 {
	if b.isNames {
		return b.codes[row]
	}
	return codeOf(b.values[row])
}

// translate returns the codes of the others of another builder.
func (b *columnBuilder) translate(o *columnBuilder) []uint32 {
	codes := make([]uint32, o.others.len())
	for code := range codes {
		if c := o.others.at(uint32(code)); c.kind == textCell {
			b.text = append(b.text[:0], c.text...)
			codes[code] = b.others.codeOfText(b.text)
		} else {
			codes[code] = b.others.codeOf(c)
		}
	}
	return codes
}

// column ends the building.
func (b *columnBuilder) column() column {
	if b.numbers == 0 {
		b.becomeNames()
	}
	others := cellSet{tight(b.others.texts), tight(b.others.cells)}
	if b.isNames {
		return &nameColumn{tight(b.codes), others}
	}
	return &numberColumn{tight(b.values), b.spelling.only(), others}
}

// tight returns the slice, or a copy if its memory is much larger.
func tight[T any](s []T) []T {
	if s == nil || cap(s)-len(s) <= len(s)/32 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}

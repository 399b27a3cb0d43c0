package dataset

import "math"

// A columnBuilder makes a column of cells. It begins as one of numbers and
// becomes one of names when too many cells are not numbers in one spelling.
type columnBuilder struct {
	isNames  bool
	values   pieces[float64] // as in numberColumn
	codes    pieces[uint32]  // as in nameColumn
	spelling spellings       // those that fit all numbers so far
	numbers  int             // how many of the values are numbers
	others   cellIndex       // in values or codes
	most     int             // others until they are looked at again
	text     []byte          // scratch
}

// fewOthers are no reason to think about another spelling.
const fewOthers = 64

func newColumnBuilder() *columnBuilder {
	b := new(columnBuilder)
	b.reset()
	return b
}

// builderOf returns a builder with the cells of a column, to be joined to another
// one. It shares their memory and must not change.
func builderOf(c column) *columnBuilder {
	b := newColumnBuilder()
	switch c := c.(type) {
	case *numberColumn:
		b.values, b.numbers, b.spelling, b.others.cellSet = piecesOf(c.values), len(c.values), c.spelling, c.others
	case *nameColumn:
		b.isNames, b.codes, b.others.cellSet = true, piecesOf(c.codes), c.names
	}
	return b
}

// reset removes all cells and keeps the memory for more.
func (b *columnBuilder) reset() {
	b.values.reset()
	b.codes.reset()
	b.others.reset()
	*b = columnBuilder{
		values: b.values, codes: b.codes, others: b.others, text: b.text,
		spelling: spellings{set: anySpelling | valued}, most: fewOthers,
	}
}

func (b *columnBuilder) rows() int { return b.values.len() + b.codes.len() }

// cell returns the cell of a row.
func (b *columnBuilder) cell(row int) Cell {
	if b.isNames {
		return b.others.at(b.codes.at(row))
	}
	return numberAt(b.values.at(row), b.spelling, &b.others.cellSet)
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
		b.values.append(c.number)
		b.numbers++
	default:
		b.addOther(b.others.codeOf(c))
	}
}

// addText adds a cell that came as text, without spaces around it.
func (b *columnBuilder) addText(text []byte) {
	if !b.isNames {
		if v, fits, ok := b.spelling.read(text); ok {
			b.spelling = fits
			b.values.append(v)
			b.numbers++
			return
		}
	}
	b.addOther(b.others.codeOfText(text))
}

func (b *columnBuilder) addOther(code uint32) {
	if b.isNames {
		b.codes.append(code)
		return
	}
	b.values.append(asNaN(code))
	b.limitOthers()
}

// limitOthers looks for another spelling, or gives the numbers up, if there are
// many cells of no spelling for so few numbers. As each look doubles the number
// of others until the next one, all looks together take little time.
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
	for v := range b.values.all() {
		switch {
		case v != v:
			b.codes.append(codeOf(v))
		case b.spelling.set == valued:
			b.codes.append(b.others.codeOf(Number(v)))
		default:
			b.text = b.spelling.append(b.text[:0], v)
			b.codes.append(b.others.codeOfText(b.text))
		}
	}
	b.isNames, b.numbers = true, 0
	b.values.reset()
}

// join adds some cells of another builder, which it leaves as it is.
func (b *columnBuilder) join(o *columnBuilder, from, to int) {
	if o.isNames && b.numbers == 0 {
		b.becomeNames()
	}
	switch common := b.spelling.both(o.spelling); {
	case b.isNames && o.numbers == 0:
		code := b.translator(o)
		for row := from; row < to; row++ {
			b.codes.append(code(o.code(row)))
		}
	case !b.isNames && !o.isNames && (b.numbers == 0 || o.numbers == 0 || common.set != 0):
		b.joinValues(o, from, to, common)
	default:
		for row := from; row < to; row++ {
			b.add(o.cell(row))
		}
	}
}

// joinValues adds some values of another builder, where common are the spellings
// of both.
func (b *columnBuilder) joinValues(o *columnBuilder, from, to int, common spellings) {
	if b.numbers == 0 {
		b.spelling = o.spelling
	} else if o.numbers > 0 {
		b.spelling = common
	}
	first := b.rows()
	b.values.join(&o.values, from, to)
	b.numbers += to - from
	if o.others.len() == 0 {
		return
	}
	code := b.translator(o)
	for row := first; row < b.rows(); row++ {
		if v := b.values.at(row); v != v {
			b.values.set(row, asNaN(code(codeOf(v))))
			b.numbers--
		}
	}
	b.limitOthers()
}

// code returns the code of a cell that is no number.
func (b *columnBuilder) code(row int) uint32 {
	if b.isNames {
		return b.codes.at(row)
	}
	return codeOf(b.values.at(row))
}

// translator returns a function that returns the code of an other of another
// builder, which it adds.
func (b *columnBuilder) translator(o *columnBuilder) func(code uint32) uint32 {
	codes := make([]uint32, o.others.len())
	known := make([]bool, len(codes))
	return func(code uint32) uint32 {
		if known[code] {
			return codes[code]
		}
		known[code] = true
		if c := o.others.at(code); c.kind == textCell {
			b.text = append(b.text[:0], c.text...)
			codes[code] = b.others.codeOfText(b.text)
		} else {
			codes[code] = b.others.codeOf(c)
		}
		return codes[code]
	}
}

// column ends the building.
func (b *columnBuilder) column() column {
	if b.numbers == 0 {
		b.becomeNames()
	}
	others := cellSet{tight(b.others.texts), tight(b.others.cells)}
	if b.isNames {
		return &nameColumn{b.codes.whole(), others}
	}
	return &numberColumn{b.values.whole(), b.spelling.only(), others}
}

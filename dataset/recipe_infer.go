package dataset

import (
	"errors"
	"fmt"
)

// A cellLook is what a cell looks like by itself.
type cellLook int

const (
	likeNumber cellLook = iota
	likeTruth
	likeText
)

// look returns what the cell looks like where the recipe says that numbers are
// written in this notation.
func (c Cell) look(numbers *Notation) cellLook {
	switch {
	case c.looksLikeNumber(numbers):
		return likeNumber
	case c.looksLikeTruth():
		return likeTruth
	}
	return likeText
}

// looksLikeCode is looksLikeCode for a cell that looks like a number.
func (c Cell) looksLikeCode() bool { return c.kind == textCell && looksLikeCode(c.text) }

// witnesses are the cells that errors about a column speak of.
type witnesses interface {
	name() string
	quoted(row int) string
	rowPlace(row int) string
	at(row int, err error) error
	atColumn(err error) error
}

// evidence is what there is to say of which kind a column is.
type evidence struct {
	witnesses
	first, rows [3]int            // by cellLook: the row of the first one, and how many there are
	code        int               // row of the first number that begins with a 0 too many, −1 without
	texts       func() []seenText // in the rows
}

// infer returns the treatment of a column by what its cells hold. What may be
// taken for several things is an error, which says how to name the column.
func (r Recipe) infer(cells cells) (Column, error) {
	e := evidence{witnesses: cells, code: -1, texts: func() []seenText { return seenTexts(cells) }}
	notation := r.Numeric.notation().orNil()
	for i, cell := range cells.all() {
		if cells.missing.cell(nil, cell) {
			continue
		}
		look := cell.look(notation)
		if look == likeNumber && e.code < 0 && cell.looksLikeCode() {
			e.code = i
		}
		if e.rows[look] == 0 {
			e.first[look] = i
		}
		e.rows[look]++
	}
	return r.judge(e)
}

// judge is infer by evidence.
func (r Recipe) judge(e evidence) (Column, error) {
	numbers, texts := e.rows[likeNumber], e.rows[likeText]
	others, other := texts+e.rows[likeTruth], e.first[likeText]
	if texts == 0 {
		other = e.first[likeTruth]
	}
	if others > 0 && (numbers > 0 || texts > 0) {
		looks := lookAt(e, e.texts(), r.Numeric.notation().orNil())
		if err := looks.notNames(); err != nil {
			return nil, err
		}
		if numbers > 0 {
			number := e.first[likeNumber]
			if others > numbers {
				return nil, e.at(number, fmt.Errorf("%s is a number, but most other cells of the column are not: "+
					"if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing", e.quoted(number)))
			}
			return nil, e.at(other, fmt.Errorf("%s is not a number, but other cells of the column are: "+
				"if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing", e.quoted(other)))
		}
		if err := looks.notIdentifiers(); err != nil {
			return nil, err
		}
	}
	switch {
	case e.code >= 0:
		return nil, e.at(e.code, fmt.Errorf("%s begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number",
			e.quoted(e.code)))
	case numbers > 0:
		return r.Numeric, nil
	case texts > 0:
		return r.Categorical, nil
	case e.rows[likeTruth] > 0:
		return r.Boolean, nil
	}
	return nil, e.atColumn(errors.New("all cells are missing: drop the column or name it in Recipe.Columns"))
}

// looksLikeNumberIn is looksLikeNumber in a notation; nil is that of Go.
func looksLikeNumberIn(n *Notation, text string) bool {
	if n == nil {
		return looksLikeNumber(text)
	}
	_, err := n.parse(text)
	return err == nil || !errors.Is(err, errNotation)
}

// looksLikeNumber is looksLikeNumberIn for a cell.
func (c Cell) looksLikeNumber(n *Notation) bool {
	switch c.kind {
	case numberCell:
		return true
	case numeralCell:
		return n == nil || looksLikeNumberIn(n, c.String())
	}
	return c.kind == textCell && looksLikeNumberIn(n, c.text)
}

// looksLikeTruth is looksLikeTruth for a cell.
func (c Cell) looksLikeTruth() bool {
	return c.kind == truthCell || c.kind == textCell && looksLikeTruth(c.text)
}

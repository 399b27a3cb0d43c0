package dataset

import (
	"errors"
	"fmt"
)

// infer returns the treatment of a column by what its cells hold. What may be
// taken for several things is an error, which says how to name the column.
func (r Recipe) infer(cells cells) (Column, error) {
	const number, truth, text = 0, 1, 2
	var first, rows [3]int // row of the first number, truth value and other text, and how many there are
	code := -1             // row of the first number that begins with a 0 too many
	notation := r.Numeric.notation().orNil()
	for i, cell := range cells.all() {
		if cells.missing.cell(nil, cell) {
			continue
		}
		kind := text
		if cell.looksLikeNumber(notation) {
			kind = number
			if code < 0 && cell.kind == textCell && looksLikeCode(cell.text) {
				code = i
			}
		} else if cell.looksLikeTruth() {
			kind = truth
		}
		if rows[kind] == 0 {
			first[kind] = i
		}
		rows[kind]++
	}
	others, other := rows[text]+rows[truth], first[text]
	if rows[text] == 0 {
		other = first[truth]
	}
	if others > 0 && (rows[number] > 0 || rows[text] > 0) {
		looks := lookAt(cells, notation)
		if err := looks.notNames(); err != nil {
			return nil, err
		}
		if rows[number] > 0 {
			if others > rows[number] {
				return nil, cells.at(first[number], fmt.Errorf("%s is a number, but most other cells of the column are not: "+
					"if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing", cells.quoted(first[number])))
			}
			return nil, cells.at(other, fmt.Errorf("%s is not a number, but other cells of the column are: "+
				"if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing", cells.quoted(other)))
		}
		if err := looks.notIdentifiers(); err != nil {
			return nil, err
		}
	}
	switch {
	case code >= 0:
		return nil, cells.at(code, fmt.Errorf("%s begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number",
			cells.quoted(code)))
	case rows[number] > 0:
		return r.Numeric, nil
	case rows[text] > 0:
		return r.Categorical, nil
	case rows[truth] > 0:
		return r.Boolean, nil
	}
	return nil, cells.atColumn(errors.New("all cells are missing: drop the column or name it in Recipe.Columns"))
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

// quoted returns the cell of a row for an error.
func (c cells) quoted(row int) string { return c.cell(row).quoted() }

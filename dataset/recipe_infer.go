package dataset

import (
	"errors"
	"fmt"
)

// infer returns the treatment of a column by what its cells hold.
func (r Recipe) infer(cells cells) (Column, error) {
	var first [3]int // row of the first number, truth value and other text, from 1
	const number, truth, text = 0, 1, 2
	for i, cell := range cells.all() {
		if cells.isMissing[cell] {
			continue
		}
		kind := text
		if looksLikeNumber(cell) {
			kind = number
		} else if looksLikeTruth(cell) {
			kind = truth
		}
		if first[kind] == 0 {
			first[kind] = i + 1
		}
	}
	other := first[text]
	if other == 0 {
		other = first[truth]
	}
	switch {
	case first[number] > 0 && other > 0:
		return nil, cells.at(other-1, fmt.Errorf("%q is not a number, but other cells of the column are: "+
			"if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing",
			cells.table.Cell(other-1, cells.column)))
	case first[number] > 0:
		return r.Numeric, nil
	case first[text] > 0:
		return r.Categorical, nil
	case first[truth] > 0:
		return r.Boolean, nil
	}
	return nil, cells.atColumn(errors.New("all cells are missing: drop the column or name it in Recipe.Columns"))
}

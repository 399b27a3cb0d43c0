package dataset

// A column has the cells of a column of a table. It does not change and is safe
// for concurrent use.
type column interface {
	rows() int

	// cell returns the cell of a row: the very text that was read, if it came as
	// text.
	cell(row int) Cell
}

// A cellSet has cells that differ, each with a code, from 0.
type cellSet struct {
	texts []string
	cells []Cell // nil if all came as text
}

func (s *cellSet) len() int { return len(s.texts) }

func (s *cellSet) at(code uint32) Cell {
	if s.cells != nil {
		return s.cells[code]
	}
	return Cell{kind: textCell, text: s.texts[code]}
}

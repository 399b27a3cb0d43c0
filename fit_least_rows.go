package mlp

import "fmt"

// leastRows returns the number of rows that the layers, including nested ones,
// require in a batch, and the first layer that requires it.
func leastRows(layers []Layer) (rows, layer int) {
	for i, l := range layers {
		least, _ := leastRows(inside(l))
		if l, ok := l.(interface{ leastRows() int }); ok {
			least = l.leastRows()
		}
		if least > rows {
			rows, layer = least, i
		}
	}
	return rows, layer
}

// checkRows returns an error for a batch of this many rows if the layers need
// more.
func (s *stepper) checkRows(rows int) error {
	if rows >= s.leastRows {
		return nil
	}
	_, layer := leastRows(s.net.layers)
	return fmt.Errorf("mlp: %s: a batch has %d row, layer %d takes at least %d, of whose statistics it learns: change BatchSize, or see DropLast", s.op, rows, layer, s.leastRows)
}

// checkSource is checkRows for the smallest batch of a source, if that is known.
func (s *stepper) checkSource(data source) error {
	rows, batches, largest := data.size()
	if rows == 0 {
		return nil
	}
	return s.checkRows(min(largest, rows-(batches-1)*largest))
}

package parquet

import (
	"fmt"

	"example.com/mlp/dataset"
)

// cells are the cells of a column: numbers, as long as there is nothing else.
type cells struct {
	numbers []float64
	others  []dataset.Cell // all cells, if some are no numbers
	mixed   bool           // whether they are others
}

// reset removes all cells and keeps the memory for more.
func (c *cells) reset() {
	clear(c.others)
	c.numbers, c.others, c.mixed = c.numbers[:0], c.others[:0], false
}

func (c *cells) len() int {
	if c.mixed {
		return len(c.others)
	}
	return len(c.numbers)
}

// add adds a cell that is no number.
func (c *cells) add(cell dataset.Cell) {
	if !c.mixed {
		c.mixed = true
		c.addNumbers(c.numbers)
	}
	c.others = append(c.others, cell)
}

func (c *cells) addNumber(v float64) {
	if c.mixed {
		c.others = append(c.others, dataset.Number(v))
		return
	}
	c.numbers = append(c.numbers, v)
}

func (c *cells) addNumbers(numbers []float64) {
	if !c.mixed {
		c.numbers = append(c.numbers, numbers...)
		return
	}
	for _, v := range numbers {
		c.others = append(c.others, dataset.Number(v))
	}
}

// addWords adds the words of these codes.
func (c *cells) addWords(words *cells, codes []int32) error {
	n := uint32(words.len())
	for _, code := range codes {
		switch {
		case uint32(code) >= n:
			return fmt.Errorf("%w: entry %d of a dictionary of %d", errBroken, code, n)
		case words.mixed:
			c.add(words.others[code])
		default:
			c.addNumber(words.numbers[code])
		}
	}
	return nil
}

// values returns the cells as those of a column.
func (c *cells) values(name string) dataset.Values {
	if c.mixed {
		return dataset.CellValues(name, c.others)
	}
	return dataset.NumberValues(name, c.numbers)
}

package parquet

import (
	"fmt"
	"slices"

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

// addWords adds the words of these codes. At an error there are those before it.
func (c *cells) addWords(words *cells, codes []int32) error {
	known := knownCodes(codes, words.len())
	switch {
	case words.mixed:
		for _, code := range codes[:known] {
			c.add(words.others[code])
		}
	case c.mixed:
		for _, code := range codes[:known] {
			c.addNumber(words.numbers[code])
		}
	default:
		from := len(c.numbers)
		c.numbers = slices.Grow(c.numbers, known)[:from+known]
		added := c.numbers[from:]
		for i, code := range codes[:known] {
			added[i] = words.numbers[code]
		}
	}
	if known < len(codes) {
		return fmt.Errorf("%w: entry %d of a dictionary of %d", errBroken, uint32(codes[known]), words.len())
	}
	return nil
}

// knownCodes returns how many codes come before the first one that a dictionary of
// so many words does not have.
func knownCodes(codes []int32, words int) int {
	for i, code := range codes {
		if int64(uint32(code)) >= int64(words) {
			return i
		}
	}
	return len(codes)
}

// values returns the cells as those of a column.
func (c *cells) values(name string) dataset.Values {
	if c.mixed {
		return dataset.CellValues(name, c.others)
	}
	return dataset.NumberValues(name, c.numbers)
}

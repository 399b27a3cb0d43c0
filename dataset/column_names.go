package dataset

// A nameColumn has the code of each cell. It is for all columns that are not
// one of numbers.
type nameColumn struct {
	codes []uint32
	names cellSet
}

func (c *nameColumn) rows() int { return len(c.codes) }

func (c *nameColumn) cell(row int) Cell { return c.names.at(c.codes[row]) }

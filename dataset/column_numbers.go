package dataset

import "math"

// A numberColumn has numbers that are all written in one spelling. Cells that
// are missing, are no numbers or are written otherwise, such as "NA" and "007",
// are among the others.
type numberColumn struct {
	values   []float64 // NaN, as by asNaN, for the others
	spelling spellings
	others   cellSet
}

// newNumberColumn returns a column of numbers that came as values, of which none is
// NaN. It copies them, one list after the other.
func newNumberColumn(numbers ...[]float64) *numberColumn {
	rows := 0
	for _, list := range numbers {
		rows += len(list)
	}
	values := make([]float64, 0, rows) // slices.Concat writes zeros first
	for _, list := range numbers {
		values = append(values, list...)
	}
	return &numberColumn{values: values, spelling: spellings{set: valued}}
}

// plain reports whether the column has nothing but numbers that came as values.
func (c *numberColumn) plain() bool { return c.spelling.set == valued && c.others.len() == 0 }

func (c *numberColumn) rows() int { return len(c.values) }

func (c *numberColumn) cell(row int) Cell { return numberAt(c.values[row], c.spelling, &c.others) }

// numberAt returns the cell that is kept as v.
func numberAt(v float64, s spellings, others *cellSet) Cell {
	switch {
	case v != v:
		return others.at(codeOf(v))
	case s.set == valued:
		return Number(v)
	}
	return numeralOf(v, s)
}

// asNaN returns the NaN that keeps the code of another cell in its low bits.
// Nothing is ever calculated with it.
func asNaN(code uint32) float64 { return math.Float64frombits(0x7ff8<<48 | uint64(code)) }

// codeOf returns the code in a NaN.
func codeOf(v float64) uint32 { return uint32(math.Float64bits(v)) }

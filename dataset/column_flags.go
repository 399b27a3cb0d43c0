package dataset

import (
	"fmt"
	"maps"
	"slices"
)

// flagFeatures returns the indices of the features that are neither numbers nor
// codes.
func flagFeatures(features []Feature) []int {
	var at []int
	for i, f := range features {
		if f.Kind == FeatureFlag || f.Kind == FeatureOneHot || f.Kind == FeatureSign {
			at = append(at, i)
		}
	}
	return at
}

// learnFlags learns the scales of the flags from the training rows, whose cells
// the column takes.
func (c *columnEncoder) learnFlags(cells cells) error {
	at := flagFeatures(c.features)
	if len(at) == 0 {
		return nil
	}
	rows := make(map[Cell]int) // of each cell
	for _, cell := range cells.all() {
		if cells.missing.cell(c.notation, cell) {
			cell = Cell{}
		}
		rows[cell]++
	}
	counts := make([]map[float64]int, len(at)) // of each number of a feature
	for k := range counts {
		counts[k] = make(map[float64]int)
	}
	x := make([]float64, len(c.features))
	for cell, n := range rows {
		if err := c.encode(x, cell, cell == Cell{}); err != nil {
			return err
		}
		for k, i := range at {
			counts[k][x[i]] += n
		}
	}
	flags := make([]columnScale, len(at))
	column := make([]float64, 0, cells.table.Rows())
	for k := range at {
		column = column[:0]
		for _, v := range slices.Sorted(maps.Keys(counts[k])) {
			column = append(column, slices.Repeat([]float64{v}, counts[k][v])...)
		}
		scale, _, err := newColumnScale(SmoothClip, column)
		if err != nil {
			return err
		}
		flags[k] = *scale
	}
	c.flags = flags
	return c.init()
}

// checkFlags returns an error unless the scales, which may come from a file,
// make sense.
func (c *columnEncoder) checkFlags() error {
	if len(c.flags) != len(c.flagAt) {
		return fmt.Errorf("%d scales of flags, want %d", len(c.flags), len(c.flagAt))
	}
	for i := range c.flags {
		if s := &c.flags[i]; s.Scaling != SmoothClip {
			return fmt.Errorf("flag %d with the scaling %v, want %v", i, s.Scaling, SmoothClip)
		} else if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// scaleFlags scales the flags of a row of features, which may be nil.
func (c *columnEncoder) scaleFlags(row []float64) error {
	if row == nil {
		return nil
	}
	for k, i := range c.flagAt {
		var err error
		if row[i], err = c.flags[k].apply(row[i]); err != nil {
			return err
		}
	}
	return nil
}

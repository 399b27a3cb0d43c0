package dataset

import (
	"errors"
	"fmt"
)

// A columnEncoder turns the cells of one column into features: the encoder of
// its kind, and around it what all kinds share.
type columnEncoder struct {
	name      string
	encoder   encoder
	fill      *string // stands in for a missing cell, if it is not nil
	unknown   bool    // a missing cell is an unknown name; without fill and unknown it is refused
	indicator bool    // the last feature is 1 for a missing cell
	constant  []int   // features that are the same in all training rows and stay 0, in ascending order

	// flags are the scales of the features of flagAt, nil if they are not
	// scaled.
	flags []columnScale

	// filledCells has the number of training rows of each text that was missing.
	filledCells map[string]int

	notation *Notation // of its numbers; nil for that of Go
	features []Feature
	flagAt   []int     // the features that flags scales
	filled   []float64 // the features of a missing cell; nil if it is refused
}

// init derives notation, features and filled from the other fields and returns an error
// unless these make sense.
func (c *columnEncoder) init() error {
	c.notation = notationOf(c.encoder)
	c.features = c.encoder.features(c.name)
	if err := c.encodeMissing(); err != nil {
		return fillError(err)
	}
	if c.indicator {
		if c.filled == nil {
			return errIndicator
		}
		c.features = append(c.features, Feature{Name: c.name + " is missing", Column: c.name, Kind: FeatureFlag, Missing: true})
		c.filled = append(c.filled, 1)
	}
	if c.flagAt = nil; c.flags != nil {
		c.flagAt = flagFeatures(c.features)
		if err := c.checkFlags(); err != nil {
			return err
		}
		if err := c.scaleFlags(c.filled); err != nil {
			return fillError(err)
		}
	}
	for k, i := range c.constant {
		if i < 0 || i >= len(c.features) || k > 0 && i <= c.constant[k-1] {
			return fmt.Errorf("constant feature %d of %d", i, len(c.features))
		}
		c.features[i].Constant = true
		if c.filled != nil {
			c.filled[i] = 0
		}
	}
	return nil
}

// encodeMissing stores in filled what the encoder makes of a missing cell.
func (c *columnEncoder) encodeMissing() error {
	c.filled = nil
	if c.fill == nil && !c.unknown {
		return nil
	}
	c.filled = make([]float64, len(c.features))
	if c.unknown {
		e, ok := c.encoder.(unknowner)
		if !ok || c.fill != nil {
			return errors.New("there is no unknown name, or another value as well")
		}
		return e.encodeUnknown(c.filled)
	}
	cell := Text(*c.fill)
	if e, ok := c.encoder.(filler); ok {
		var err error
		if cell, err = e.fillCell(*c.fill); err != nil {
			return err
		}
	}
	return c.encoder.encode(c.filled, cell)
}

// notationOf returns the notation of the numbers that a learner or an encoder
// reads, nil for that of Go.
func notationOf(v any) *Notation {
	if n, ok := v.(interface{ numbers() *Notation }); ok {
		return n.numbers()
	}
	return nil
}

// A filler is an encoder for which the text that stands in for a missing cell
// is another cell than that text in a table.
type filler interface {
	fillCell(text string) (Cell, error)
}

// An unknowner is an encoder that can take a missing cell for an unknown name.
type unknowner interface {
	encodeUnknown(dst []float64) error
}

// encode stores the features of a cell in dst, which has their number.
func (c *columnEncoder) encode(dst []float64, cell Cell, missing bool) error {
	if missing {
		if c.filled == nil {
			return missingError(cell)
		}
		copy(dst, c.filled)
		return nil
	}
	own := dst
	if c.indicator {
		last := len(dst) - 1
		dst[last] = 0
		own = dst[:last]
	}
	if err := c.encoder.encode(own, cell); err != nil {
		return err
	}
	if err := c.scaleFlags(dst); err != nil {
		return err
	}
	for _, i := range c.constant {
		dst[i] = 0
	}
	return nil
}

// save returns what a file holds of the column.
func (c *columnEncoder) save() savedColumn {
	s := savedColumn{Name: c.name, Fill: c.fill, FillUnknown: c.unknown, Indicator: c.indicator, Flags: c.flags, Constant: c.constant, Filled: c.filledCells}
	c.encoder.save(&s)
	return s
}

package dataset

import (
	"fmt"
	"strings"
)

// fitColumn learns a column from its cells. It returns nil for a column that is
// left out.
func fitColumn(c Column, cells cells) (*columnEncoder, error) {
	l, err := c.learner(cells.table.Rows())
	if err != nil {
		return nil, cells.atColumn(err)
	}
	if l == nil {
		return nil, nil
	}
	f := c.filling()
	if f.indicator && f.impute == NoImputation {
		return nil, cells.atColumn(errIndicator)
	}
	notation := notationOf(l)
	var filled map[string]int
	gaps := 0
	for i, cell := range cells.all() {
		switch {
		case !cells.missing.textIn(notation, cell):
			err = l.add(cell)
		case f.impute == NoImputation:
			err = missingError(Text(cell))
		default:
			l.addMissing()
			if filled == nil {
				filled = make(map[string]int)
			}
			filled[strings.Clone(cell)]++
			gaps++
		}
		if err != nil {
			return nil, cells.at(i, err)
		}
	}
	learned, err := l.encoder()
	if err != nil {
		return nil, cells.atColumn(err)
	}
	if f.indicator {
		learned.constant = append(learned.constant, gaps == 0 || gaps == cells.table.Rows())
	}
	encoder := &columnEncoder{name: cells.name(), encoder: learned.encoder, fill: learned.fill, indicator: f.indicator, filledCells: filled}
	for i, constant := range learned.constant {
		if constant {
			encoder.constant = append(encoder.constant, i)
		}
	}
	if err := encoder.init(); err != nil {
		return nil, cells.atColumn(err)
	}
	return encoder, nil
}

// A columnEncoder turns the cells of one column into features: the encoder of
// its kind, and around it what all kinds share.
type columnEncoder struct {
	name      string
	encoder   encoder
	fill      *string // stands in for a missing cell; nil refuses it
	indicator bool    // the last feature is 1 for a missing cell
	constant  []int   // features that are the same in all training rows and stay 0, in ascending order

	// filledCells has the number of training rows of each text that was missing.
	filledCells map[string]int

	notation *Notation // of its numbers; nil for that of Go
	features []Feature
	filled   []float64 // the features of a missing cell; nil without fill
}

// init derives notation, features and filled from the other fields and returns an error
// unless these make sense.
func (c *columnEncoder) init() error {
	if c.indicator && c.fill == nil {
		return errIndicator
	}
	c.notation = notationOf(c.encoder)
	c.features = c.encoder.features(c.name)
	if c.fill != nil {
		c.filled = make([]float64, len(c.features))
		cell, err := Text(*c.fill), error(nil)
		if e, ok := c.encoder.(filler); ok {
			cell, err = e.fillCell(*c.fill)
		}
		if err == nil {
			err = c.encoder.encode(c.filled, cell)
		}
		if err != nil {
			return fillError(err)
		}
	}
	if c.indicator {
		c.features = append(c.features, Feature{Name: c.name + " is missing", Column: c.name, Kind: FeatureFlag})
		c.filled = append(c.filled, 1)
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

// encode stores the features of a cell in dst, which has their number.
func (c *columnEncoder) encode(dst []float64, cell Cell, missing bool) error {
	if missing {
		if c.fill == nil {
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
	for _, i := range c.constant {
		dst[i] = 0
	}
	return nil
}

// save returns what a file holds of the column.
func (c *columnEncoder) save() savedColumn {
	s := savedColumn{Name: c.name, Fill: c.fill, Indicator: c.indicator, Constant: c.constant, Filled: c.filledCells}
	c.encoder.save(&s)
	return s
}

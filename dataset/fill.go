package dataset

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"example.com/mlp/internal/moments"
)

// Imputation says what stands in for a missing cell. What it needs to know is
// learned from the training rows.
type Imputation int

const (
	NoImputation Imputation = iota // a missing cell is an error
	Mean                           // the mean, of numbers
	Median                         // the median, of numbers
	MostFrequent                   // the value of the most rows, of several the least
	Constant                       // what the field Fill of the column says
)

var imputationNames = []string{"no_imputation", "mean", "median", "most_frequent", "constant"}

// String returns a name such as "most_frequent".
func (m Imputation) String() string { return enumName(imputationNames, m) }

var errNothingToImpute = errors.New("all cells are missing, so there is nothing to learn a value from")

// number returns what stands in for a missing number where the others are
// values, which it may overwrite.
func (m Imputation) number(values []float64, fill float64) (float64, error) {
	switch m {
	case Constant:
		if !finite(fill) {
			return 0, fmt.Errorf("the field Fill is %g", fill)
		}
		return fill, nil
	case Mean, Median, MostFrequent:
	default:
		return 0, fmt.Errorf("%v is not for numbers", m)
	}
	if len(values) == 0 {
		return 0, errNothingToImpute
	}
	switch m {
	case Mean:
		mean, _ := moments.MeanAndScale(values)
		return mean, nil
	case Median:
		slices.Sort(values)
		return quantile(values, 0.5), nil
	}
	return mode(values), nil
}

// name returns what stands in for a missing name where the others have this many
// rows each.
func (m Imputation) name(rows map[string]int, fill string) (string, error) {
	switch m {
	case Constant:
		if fill == "" {
			return "", errors.New("the field Fill is empty, though Impute is Constant")
		}
		return fill, nil
	case MostFrequent:
		if len(rows) == 0 {
			return "", errNothingToImpute
		}
		best, most := "", 0
		for name, n := range rows {
			if n > most || n == most && name < best {
				best, most = name, n
			}
		}
		return best, nil
	}
	return "", fmt.Errorf("%v is for numbers only", m)
}

// mode returns the most frequent value, the least of several. It sorts the
// values.
func mode(values []float64) float64 {
	slices.Sort(values)
	best, most := values[0], 0
	for i := 0; i < len(values); {
		first := i
		for i < len(values) && values[i] == values[first] {
			i++
		}
		if i-first > most {
			best, most = values[first], i-first
		}
	}
	return best
}

// A series has the numbers of a column, row after row, and NaN where the cell is
// missing. No cell is a NaN itself, since numbers have to be finite.
type series []float64

func (s *series) addMissing() { *s = append(*s, math.NaN()) }

// present returns a copy of the numbers without the missing ones.
func (s series) present() []float64 {
	return slices.DeleteFunc(slices.Clone(s), math.IsNaN)
}

// fill puts v where the cells are missing.
func (s series) fill(v float64) {
	for i := range s {
		if math.IsNaN(s[i]) {
			s[i] = v
		}
	}
}

// filling is what a Column says about its missing cells, whatever its kind.
type filling struct {
	impute    Imputation
	indicator bool
}

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
	for i, cell := range cells.all() {
		switch {
		case !cells.isMissing[cell]:
			err = l.add(cell)
		case f.impute == NoImputation:
			err = missingCell(cell)
		default:
			l.addMissing()
		}
		if err != nil {
			return nil, cells.at(i, err)
		}
	}
	e, fill, err := l.encoder()
	if err != nil {
		return nil, cells.atColumn(err)
	}
	encoder := &columnEncoder{name: cells.name(), encoder: e, fill: fill, indicator: f.indicator}
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

	features []Feature
	filled   []float64 // the features of a missing cell; nil without fill
}

// init derives features and filled from the other fields and returns an error
// unless these make sense.
func (c *columnEncoder) init() error {
	if c.indicator && c.fill == nil {
		return errIndicator
	}
	c.features = c.encoder.features(c.name)
	if c.fill != nil {
		c.filled = make([]float64, len(c.features))
		if err := c.encoder.encode(c.filled, *c.fill); err != nil {
			return fillError(err)
		}
	}
	if c.indicator {
		c.features = append(c.features, Feature{Name: c.name + " is missing", Column: c.name, Kind: FeatureFlag})
		c.filled = append(c.filled, 1)
	}
	return nil
}

// encode stores the features of a cell in dst, which has their number.
func (c *columnEncoder) encode(dst []float64, cell string, missing bool) error {
	if missing {
		if c.fill == nil {
			return missingCell(cell)
		}
		copy(dst, c.filled)
		return nil
	}
	if c.indicator {
		last := len(dst) - 1
		dst[last] = 0
		dst = dst[:last]
	}
	return c.encoder.encode(dst, cell)
}

// save returns what a file holds of the column.
func (c *columnEncoder) save() savedColumn {
	s := savedColumn{Name: c.name, Fill: c.fill, Indicator: c.indicator}
	c.encoder.save(&s)
	return s
}

// kept returns a copy of what stands in for a missing cell, without the text of
// the table that it may be part of.
func kept(fill string) *string {
	fill = strings.Clone(fill)
	return &fill
}

var errIndicator = errors.New("an indicator needs an imputation for the missing cells it marks")

// missingCell returns the error for a missing cell that nothing stands in for.
func missingCell(cell string) error {
	return fmt.Errorf("%q is a missing value, and no Impute says what stands in for it", cell)
}

// fillError says that an error is about what stands in for a missing cell.
func fillError(err error) error { return fmt.Errorf("the value for missing cells: %w", err) }

package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

type columnKind string

const (
	numeric     columnKind = "numeric"
	boolean     columnKind = "boolean"
	categorical columnKind = "categorical"
	ordinal     columnKind = "ordinal"
)

// A fittedColumn turns the cells of one column into features. Its fields are
// what a saved preparation holds.
type fittedColumn struct {
	Name       string       `json:"name"`
	Kind       columnKind   `json:"kind"`
	Categories []string     `json:"categories,omitempty"` // of categorical and ordinal
	Unknown    Unknown      `json:"unknown,omitempty"`    // of categorical
	Scale      *columnScale `json:"scale,omitempty"`      // of numeric and ordinal
	Fill       *string      `json:"fill,omitempty"`       // stands in for a missing cell; nil refuses it
	Indicator  bool         `json:"indicator,omitempty"`

	index map[string]int // of each category
}

func (f *fittedColumn) fill(cell string) { cell = strings.Clone(cell); f.Fill = &cell }

// fitScale learns the scaling from the filled column.
func (f *fittedColumn) fitScale(s Scaling, cells cells) error {
	if err := f.init(); err != nil {
		return cells.atColumn(err)
	}
	values, err := cells.values(f.value)
	if err != nil {
		return err
	}
	least, largest := slices.Min(values), slices.Max(values)
	if f.Scale, err = newColumnScale(s, values); err != nil {
		return cells.atColumn(err)
	}
	for _, v := range []float64{least, largest} {
		if _, err := f.Scale.apply(v); err != nil {
			return cells.atColumn(err)
		}
	}
	return f.init()
}

// init prepares f, which may come from a file, for encode. It returns an error
// unless f makes sense.
func (f *fittedColumn) init() error {
	named := f.Kind == categorical || f.Kind == ordinal
	scaled := f.Kind == numeric || f.Kind == ordinal
	switch {
	case !named && f.Kind != numeric && f.Kind != boolean:
		return fmt.Errorf("unknown kind %q", f.Kind)
	case named != (len(f.Categories) > 0):
		return fmt.Errorf("%s with %d categories", f.Kind, len(f.Categories))
	case f.Unknown < 0 || int(f.Unknown) >= len(unknownNames) || f.Unknown != UnknownRefused && f.Kind != categorical:
		return fmt.Errorf("%s with unknown %v", f.Kind, f.Unknown)
	case f.Scale != nil && !scaled:
		return fmt.Errorf("%s with a scale", f.Kind)
	case f.Indicator && f.Fill == nil:
		return errors.New("an indicator needs an imputation for the missing cells it marks")
	}
	if f.Scale != nil {
		if err := f.Scale.check(); err != nil {
			return err
		}
	}
	f.index = indexNames(f.Categories)
	if len(f.index) != len(f.Categories) {
		return fmt.Errorf("the categories %s are not all different", quoteAll(f.Categories))
	}
	if f.Fill != nil {
		if err := f.encode(make([]float64, f.width()), *f.Fill, false); err != nil {
			return fmt.Errorf("the value for missing cells: %w", err)
		}
	}
	return nil
}

// width returns the number of features.
func (f *fittedColumn) width() int {
	n := 1
	if f.Kind == categorical {
		n = len(f.Categories)
		if f.Unknown == UnknownFeature {
			n++
		}
	}
	if f.Indicator {
		n++
	}
	return n
}

// features returns the names of the features.
func (f *fittedColumn) features() []string {
	var names []string
	if f.Kind == categorical {
		for _, category := range f.Categories {
			names = append(names, f.Name+"="+category)
		}
		if f.Unknown == UnknownFeature {
			names = append(names, f.Name+" is unknown")
		}
	} else {
		names = append(names, f.Name)
	}
	if f.Indicator {
		names = append(names, f.Name+" is missing")
	}
	return names
}

// encode stores the features of a cell.
func (f *fittedColumn) encode(features []float64, cell string, missing bool) error {
	if f.Indicator {
		last := len(features) - 1
		features[last] = 0
		if missing {
			features[last] = 1
		}
		features = features[:last]
	}
	v, err := f.value(cell, missing)
	if err != nil {
		return err
	}
	if f.Kind != categorical {
		features[0], err = f.Scale.apply(v)
		return err
	}
	clear(features)
	if i := int(v); i < len(features) {
		features[i] = 1
	}
	return nil
}

// value returns the number in a cell or the index of its category, which is
// that after the last for an unknown one.
func (f *fittedColumn) value(cell string, missing bool) (float64, error) {
	if missing {
		if f.Fill == nil {
			return 0, fmt.Errorf("%q is a missing value, and no Impute says what stands in for it", cell)
		}
		cell = *f.Fill
	}
	switch f.Kind {
	case numeric:
		return parseNumber(cell)
	case boolean:
		return parseBoolean(cell)
	}
	i, ok := f.index[cell]
	switch {
	case ok:
		return float64(i), nil
	case f.Kind == ordinal || f.Unknown == UnknownRefused:
		return 0, fmt.Errorf("%q is none of the categories %s", cell, quoteAll(f.Categories))
	}
	return float64(len(f.Categories)), nil
}

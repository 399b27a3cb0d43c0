package dataset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Column says what a column of a table becomes in the matrix X. It is one of
// [Numeric], [Boolean], [Categorical], [Ordinal] and [Drop].
type Column interface {
	name() string
	fit(cells cells) (*fittedColumn, error) // nil to leave the column out
}

// Numeric is a column of finite decimal numbers. It becomes one feature.
type Numeric struct {
	Column  string
	Scaling Scaling // the zero value means to mean 0 and standard deviation 1

	// Impute says what stands in for a missing cell, Fill is that number where
	// it is Constant. Scaling is learned from the filled column.
	Impute Imputation
	Fill   float64

	// Indicator adds a feature that is 1 where the cell was missing, else 0.
	Indicator bool
}

// Boolean is a column of yes and no. It becomes one feature of 1 and 0. The
// words are true, yes, t, y and 1, and false, no, f, n and 0, in upper or lower
// case.
type Boolean struct {
	Column    string
	Impute    Imputation // MostFrequent or Constant
	Fill      bool       // what Constant means
	Indicator bool       // as in Numeric
}

// Categorical is a column of names without an order. It becomes one feature a
// category, which is 1 where the cell is that name, else 0.
type Categorical struct {
	Column string

	// Categories are the names. nil means those that occur in the training
	// rows, sorted; more than 1000 are an error.
	Categories []string

	// Unknown says what becomes of other names. MinRows makes names that occur
	// in fewer training rows unknown as well, unless Categories are given.
	Unknown Unknown
	MinRows int

	Impute    Imputation // MostFrequent or Constant
	Fill      string     // what Constant means; it may be a category of its own
	Indicator bool       // as in Numeric
}

// Unknown says what becomes of a name that is none of the categories.
type Unknown int

const (
	UnknownRefused Unknown = iota // an error
	UnknownZeros                  // zeros for all categories
	UnknownFeature                // a feature of its own; in training it is 0 but for names below MinRows
)

var unknownNames = []string{"refused", "zeros", "feature"}

// String returns a name such as "zeros".
func (u Unknown) String() string { return enumName(unknownNames, u) }

// MarshalText returns the name of u.
func (u Unknown) MarshalText() ([]byte, error) { return marshalEnum(unknownNames, u) }

// UnmarshalText sets u to the value of that name.
func (u *Unknown) UnmarshalText(text []byte) error { return unmarshalEnum(unknownNames, u, text) }

// Ordinal is a column of names with an order, such as small, medium and large.
// It becomes one feature, the position of the name in Order, from 0, scaled.
// Other names are an error.
type Ordinal struct {
	Column    string
	Order     []string
	Scaling   Scaling    // as in Numeric
	Impute    Imputation // MostFrequent or Constant
	Fill      string     // what Constant means, one of Order
	Indicator bool       // as in Numeric
}

// Drop is a column that is left out, such as a serial number.
type Drop struct {
	Column string
}

func (c Numeric) name() string     { return c.Column }
func (c Boolean) name() string     { return c.Column }
func (c Categorical) name() string { return c.Column }
func (c Ordinal) name() string     { return c.Column }
func (c Drop) name() string        { return c.Column }

// maxCategories bounds the features that a column becomes by itself.
const maxCategories = 1000

func (c Numeric) fit(cells cells) (*fittedColumn, error) {
	f := &fittedColumn{Kind: numeric, Indicator: c.Indicator}
	if c.Impute != NoImputation {
		values, err := cells.numbers(parseNumber)
		if err != nil {
			return nil, err
		}
		v, err := c.Impute.number(values, c.Fill)
		if err != nil {
			return nil, cells.atColumn(err)
		}
		f.fill(formatNumber(v))
	}
	return f, f.fitScale(c.Scaling, cells)
}

func (c Boolean) fit(cells cells) (*fittedColumn, error) {
	f := &fittedColumn{Kind: boolean, Indicator: c.Indicator}
	if c.Impute != NoImputation {
		values, err := cells.numbers(parseBoolean)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(values))
		for i, v := range values {
			names[i] = strconv.FormatBool(v == 1)
		}
		name, err := c.Impute.name(names, strconv.FormatBool(c.Fill))
		if err != nil {
			return nil, cells.atColumn(err)
		}
		f.fill(name)
	}
	return f, cells.check(f)
}

func (c Categorical) fit(cells cells) (*fittedColumn, error) {
	f := &fittedColumn{Kind: categorical, Categories: slices.Clone(c.Categories), Unknown: c.Unknown, Indicator: c.Indicator}
	names := cells.names()
	if c.Impute != NoImputation {
		name, err := c.Impute.name(names, c.Fill)
		if err != nil {
			return nil, cells.atColumn(err)
		}
		f.fill(name)
		if c.Categories == nil { // the filled column, or one row of it for a gap that is still to come
			names = append(names, slices.Repeat([]string{name}, max(1, cells.table.Rows()-len(names)))...)
		}
	}
	if c.MinRows > 0 && c.Unknown == UnknownRefused {
		return nil, cells.atColumn(errors.New("MinRows makes names unknown, and Unknown refuses them"))
	}
	if c.Categories == nil {
		f.Categories = frequentNames(names, c.MinRows)
	}
	switch n := len(f.Categories); {
	case n == 0:
		return nil, cells.atColumn(errors.New("there are no categories"))
	case n > maxCategories && c.Categories == nil:
		return nil, cells.atColumn(fmt.Errorf("%d different names, at most %d are taken for categories: drop the column or give Categories", n, maxCategories))
	}
	return f, cells.check(f)
}

func (c Ordinal) fit(cells cells) (*fittedColumn, error) {
	f := &fittedColumn{Kind: ordinal, Categories: slices.Clone(c.Order), Indicator: c.Indicator}
	if len(f.Categories) == 0 {
		return nil, cells.atColumn(errors.New("the field Order is empty"))
	}
	if c.Impute != NoImputation {
		name, err := c.Impute.name(cells.names(), c.Fill)
		if err != nil {
			return nil, cells.atColumn(err)
		}
		f.fill(name)
	}
	return f, f.fitScale(c.Scaling, cells)
}

func (c Drop) fit(cells) (*fittedColumn, error) { return nil, nil }

// frequentNames returns the names that occur at least least times, sorted.
func frequentNames(names []string, least int) []string {
	count := make(map[string]int)
	for _, name := range names {
		count[name]++
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n < least })
	frequent := slices.Sorted(maps.Keys(count))
	for i, name := range frequent {
		frequent[i] = strings.Clone(name) // the cell is part of the text of the whole table
	}
	return frequent
}

// parseBoolean returns 1 for yes and 0 for no.
func parseBoolean(cell string) (float64, error) {
	v, ok := truth(cell)
	if !ok {
		return 0, fmt.Errorf("%q is neither true nor false", cell)
	}
	return v, nil
}

func truth(cell string) (v float64, ok bool) {
	switch strings.ToLower(cell) {
	case "true", "yes", "t", "y", "1":
		return 1, true
	case "false", "no", "f", "n", "0":
		return 0, true
	}
	return 0, false
}

// cells is one column of the training rows.
type cells struct {
	table     *Table
	column    int
	isMissing map[string]bool
}

func (c cells) at(row int, err error) error { return c.table.at(row, c.column, err) }
func (c cells) atColumn(err error) error    { return c.table.atColumn(c.column, err) }

// numbers returns the numbers in the cells that are not missing.
func (c cells) numbers(parse func(string) (float64, error)) ([]float64, error) {
	values := make([]float64, 0, c.table.Rows())
	for i := range c.table.Rows() {
		cell := c.table.Cell(i, c.column)
		if c.isMissing[cell] {
			continue
		}
		v, err := parse(cell)
		if err != nil {
			return nil, c.at(i, err)
		}
		values = append(values, v)
	}
	return values, nil
}

// names returns the cells that are not missing.
func (c cells) names() []string {
	names := make([]string, 0, c.table.Rows())
	for i := range c.table.Rows() {
		if cell := c.table.Cell(i, c.column); !c.isMissing[cell] {
			names = append(names, cell)
		}
	}
	return names
}

// check returns an error unless f takes all cells.
func (c cells) check(f *fittedColumn) error {
	if err := f.init(); err != nil {
		return c.atColumn(err)
	}
	features := make([]float64, f.width())
	for i := range c.table.Rows() {
		cell := c.table.Cell(i, c.column)
		if err := f.encode(features, cell, c.isMissing[cell]); err != nil {
			return c.at(i, err)
		}
	}
	return nil
}

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

	number map[string]int // of each category
}

func (f *fittedColumn) fill(cell string) { cell = strings.Clone(cell); f.Fill = &cell }

// fitScale learns the scaling from the filled column.
func (f *fittedColumn) fitScale(s Scaling, cells cells) error {
	if err := f.init(); err != nil {
		return cells.atColumn(err)
	}
	values := make([]float64, cells.table.Rows())
	for i := range values {
		cell := cells.table.Cell(i, cells.column)
		v, err := f.value(cell, cells.isMissing[cell])
		if err != nil {
			return cells.at(i, err)
		}
		values[i] = v
	}
	least, largest := slices.Min(values), slices.Max(values)
	var err error
	if f.Scale, err = fitScale(s, values); err != nil {
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
	f.number = numberNames(f.Categories)
	if len(f.number) != len(f.Categories) {
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

// value returns the number in a cell or the number of its category, which is
// that after the last for an unknown one.
func (f *fittedColumn) value(cell string, missing bool) (float64, error) {
	if missing {
		if f.Fill == nil {
			return 0, fmt.Errorf("%q is a missing value", cell)
		}
		cell = *f.Fill
	}
	switch f.Kind {
	case numeric:
		return parseNumber(cell)
	case boolean:
		return parseBoolean(cell)
	}
	i, ok := f.number[cell]
	switch {
	case ok:
		return float64(i), nil
	case f.Kind == ordinal || f.Unknown == UnknownRefused:
		return 0, fmt.Errorf("%q is none of the categories %s", cell, quoteAll(f.Categories))
	}
	return float64(len(f.Categories)), nil
}

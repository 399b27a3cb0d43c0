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

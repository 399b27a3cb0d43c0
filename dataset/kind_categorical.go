package dataset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

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
	UnknownFeature                // a feature of its own; in training it is 0 except for names below MinRows
)

var unknownNames = []string{"refused", "zeros", "feature"}

// String returns a name such as "zeros".
func (u Unknown) String() string { return enumName(unknownNames, u) }

// MarshalText returns the name of u.
func (u Unknown) MarshalText() ([]byte, error) { return marshalEnum(unknownNames, u) }

// UnmarshalText sets u to the value of that name.
func (u *Unknown) UnmarshalText(text []byte) error { return unmarshalEnum(unknownNames, u, text) }

const categoricalKind = "categorical"

// maxCategories bounds the features that a column becomes by itself.
const maxCategories = 1000

func (c Categorical) name() string     { return c.Column }
func (c Categorical) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Categorical) learner(int) (learner, error) {
	if c.MinRows > 0 && c.Unknown == UnknownRefused {
		return nil, errors.New("MinRows makes names unknown, and Unknown refuses them")
	}
	l := &categoricalLearner{column: c, rows: make(map[string]int)}
	if c.Categories == nil {
		return l, nil
	}
	var err error
	l.given, err = c.encoderOf(slices.Clone(c.Categories))
	return l, err
}

// encoderOf returns the encoder for these categories.
func (c Categorical) encoderOf(names []string) (*categoricalEncoder, error) {
	if len(names) == 0 {
		return nil, errors.New("there are no categories")
	}
	return newCategoricalEncoder(names, c.Unknown)
}

type categoricalLearner struct {
	column  Categorical
	given   *categoricalEncoder // nil without Categories
	rows    map[string]int      // of each name
	missing int                 // rows
}

func (l *categoricalLearner) add(cell string) error {
	l.rows[cell]++
	if l.given == nil {
		return nil
	}
	_, err := l.given.index(cell)
	return err
}

func (l *categoricalLearner) addMissing() { l.missing++ }

func (l *categoricalLearner) encoder() (encoder, *string, error) {
	c := l.column
	var fill *string
	if c.Impute != NoImputation {
		name, err := c.Impute.name(l.rows, c.Fill)
		if err != nil {
			return nil, nil, err
		}
		l.rows[name] += max(1, l.missing) // or one row for a gap that is still to come
		fill = kept(name)
	}
	if l.given != nil {
		return l.given, fill, nil
	}
	names := frequentNames(l.rows, c.MinRows)
	if n := len(names); n > maxCategories {
		return nil, nil, fmt.Errorf("%d different names, at most %d are taken for categories: drop the column or give Categories", n, maxCategories)
	}
	e, err := c.encoderOf(names)
	return e, fill, err
}

// frequentNames returns the names that have at least least rows, sorted.
func frequentNames(rows map[string]int, least int) []string {
	maps.DeleteFunc(rows, func(_ string, n int) bool { return n < least })
	names := slices.Sorted(maps.Keys(rows))
	for i, name := range names {
		names[i] = strings.Clone(name) // the cell is part of the text of the whole table
	}
	return names
}

type categoricalEncoder struct {
	categories
	unknown Unknown
}

func newCategoricalEncoder(names []string, unknown Unknown) (*categoricalEncoder, error) {
	if unknown < 0 || int(unknown) >= len(unknownNames) {
		return nil, fmt.Errorf("%s with unknown %v", categoricalKind, unknown)
	}
	c, err := newCategories(names)
	return &categoricalEncoder{c, unknown}, err
}

func loadCategorical(s savedColumn) (encoder, error) {
	if err := s.needCategories(); err != nil {
		return nil, err
	}
	return newCategoricalEncoder(s.Categories, s.Unknown)
}

func (e *categoricalEncoder) features(column string) []Feature {
	f := Feature{Column: column, Kind: FeatureOneHot, Names: len(e.names)}
	if e.unknown == UnknownFeature {
		f.Names++
	}
	features := make([]Feature, 0, f.Names)
	for _, name := range e.names {
		f.Name, f.Category = column+"="+name, name
		features = append(features, f)
	}
	if e.unknown == UnknownFeature {
		f.Name, f.Category = column+" is unknown", ""
		features = append(features, f)
	}
	return features
}

func (e *categoricalEncoder) encode(dst []float64, cell string) error {
	i, err := e.index(cell)
	if err != nil {
		return err
	}
	clear(dst)
	if i < len(dst) {
		dst[i] = 1
	}
	return nil
}

// index returns the index of a category, and that after the last one for an
// unknown name.
func (e *categoricalEncoder) index(cell string) (int, error) {
	i, ok := e.position[cell]
	switch {
	case ok:
		return i, nil
	case e.unknown == UnknownRefused:
		return 0, e.refuse(cell)
	}
	return len(e.names), nil
}

func (e *categoricalEncoder) save(s *savedColumn) {
	s.Kind, s.Categories, s.Unknown = categoricalKind, e.names, e.unknown
}

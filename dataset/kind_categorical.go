package dataset

import (
	"errors"
	"fmt"
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
	UnknownZeros                  // zeros for all categories, a row unlike any that a network was trained on
	UnknownFeature                // a feature of its own; it stays 0 unless training rows have such names, because of MinRows or Categories
	UnknownShares                 // for each category its share of the training rows, so that a network answers roughly as for an average name
)

var unknownNames = []string{"refused", "zeros", "feature", "shares"}

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
	l.given, err = c.encoderOf(trimAll(c.Categories))
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
	_, err := l.given.index(Text(cell))
	return err
}

func (l *categoricalLearner) addMissing() { l.missing++ }

func (l *categoricalLearner) encoder() (learned, error) {
	c, e := l.column, l.given
	var fill *string
	if c.Impute != NoImputation {
		name, err := c.Impute.name(l.rows, strings.TrimSpace(c.Fill))
		if err != nil {
			return learned{}, err
		}
		l.rows[name] += l.missing
		fill = kept(name)
	}
	if e == nil {
		names := l.frequentNames(fill)
		if n := len(names); n > maxCategories {
			return learned{}, fmt.Errorf("%d different names, at most %d are taken for categories: drop the column or give Categories", n, maxCategories)
		}
		var err error
		if e, err = c.encoderOf(names); err != nil {
			return learned{}, err
		}
	}
	constant, err := e.learnRows(l.rows)
	return learned{e, fill, constant}, err
}

// frequentNames returns the names that have enough rows, sorted. What stands in
// for a missing cell has one more where none is missing, for a gap that is still
// to come.
func (l *categoricalLearner) frequentNames(fill *string) []string {
	var names []string
	for name, n := range l.rows {
		if n >= l.column.MinRows {
			names = append(names, strings.Clone(name)) // the cell is part of the text of the whole table
		}
	}
	if fill != nil && l.missing == 0 && !slices.Contains(names, *fill) && l.rows[*fill]+1 >= l.column.MinRows {
		names = append(names, *fill)
	}
	slices.Sort(names)
	return names
}

type categoricalEncoder struct {
	categories
	unknown Unknown
	shares  []float64 // of the training rows, for UnknownShares
}

func newCategoricalEncoder(names []string, unknown Unknown) (*categoricalEncoder, error) {
	if unknown < 0 || int(unknown) >= len(unknownNames) {
		return nil, fmt.Errorf("%s with unknown %v", categoricalKind, unknown)
	}
	c, err := newCategories(names)
	return &categoricalEncoder{categories: c, unknown: unknown}, err
}

// learnRows learns from the number of training rows that each name has. It
// returns which features are the same in all rows.
func (e *categoricalEncoder) learnRows(rows map[string]int) (constant []bool, err error) {
	all, known := 0, 0
	for name, n := range rows {
		all += n
		if _, ok := e.position[name]; ok {
			known += n
		}
	}
	for _, name := range e.names {
		n := rows[name]
		constant = append(constant, n == 0 || n == all)
		if e.unknown == UnknownShares {
			e.shares = append(e.shares, float64(n)/float64(max(1, known)))
		}
	}
	switch e.unknown {
	case UnknownFeature:
		constant = append(constant, known == 0 || known == all)
	case UnknownShares:
		if known == 0 {
			err = errors.New("no training row has one of the categories, so there are no shares for other names")
		}
	}
	return constant, err
}

func loadCategorical(s savedColumn) (encoder, error) {
	if err := s.needCategories(); err != nil {
		return nil, err
	}
	e, err := newCategoricalEncoder(s.Categories, s.Unknown)
	if err != nil {
		return nil, err
	}
	e.shares = s.Shares
	if e.unknown != UnknownShares {
		return e, nil // checkFields finds shares that are not wanted
	}
	if len(e.shares) != len(e.names) {
		return nil, fmt.Errorf("%s with %d shares for %d categories", categoricalKind, len(e.shares), len(e.names))
	}
	for _, share := range e.shares {
		if !(share >= 0 && share <= 1) {
			return nil, fmt.Errorf("%s with a share of %g", categoricalKind, share)
		}
	}
	return e, nil
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

func (e *categoricalEncoder) encode(dst []float64, cell Cell) error {
	i, err := e.index(cell)
	if err != nil {
		return err
	}
	if i == len(e.names) && e.unknown == UnknownShares {
		copy(dst, e.shares)
		return nil
	}
	clear(dst)
	if i < len(dst) {
		dst[i] = 1
	}
	return nil
}

// index returns the index of a category, and that after the last one for an
// unknown name.
func (e *categoricalEncoder) index(cell Cell) (int, error) {
	i, err := e.find(cell)
	switch {
	case err != nil:
		return 0, err
	case i != none:
		return i, nil
	case e.unknown == UnknownRefused:
		return 0, fmt.Errorf("%w; Categorical.Unknown says what becomes of other names", e.refuse(cell))
	}
	return len(e.names), nil
}

func (e *categoricalEncoder) save(s *savedColumn) {
	s.Kind, s.Categories, s.Unknown = categoricalKind, e.names, e.unknown
	if e.unknown == UnknownShares {
		s.Shares = e.shares
	}
}

package dataset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Categorical is a column of names without an order. It becomes one feature a
// category, which is 1 where the cell is that name, else 0. Sign and CodesFrom
// make it one feature in all.
type Categorical struct {
	Column string

	// Categories are the names. nil means those that occur in the training
	// rows, sorted; more than 1000 are an error, unless they become codes.
	Categories []string

	// Sign makes a column of two names, both in the training rows, one feature,
	// which is −1 for the first name, 1 for the second and 0 for an unknown one.
	// Other columns are as without it. UnknownFeature and UnknownShares are an
	// error.
	Sign bool

	// CodesFrom makes a column of at least so many names one feature, the code of
	// the name, for an [mlp.Embedding]: 1 for the first one, 2 for the second, and
	// so on, and 0 for an unknown name, with UnknownZeros and UnknownFeature
	// alike. Names without a training row, whose vectors would be as they were
	// drawn, have the code 0, too. UnknownShares is an error. 0 means never, and 1
	// always, except for two names with Sign.
	CodesFrom int

	// Unknown says what becomes of other names. MinRows makes names that occur
	// in fewer training rows unknown as well, unless Categories are given.
	Unknown Unknown
	MinRows int

	Impute    Imputation // MostFrequent, Constant or AsUnknown
	Fill      string     // what Constant means; it may be a category of its own
	Indicator bool       // as in Numeric
}

// Unknown says what becomes of a name that is none of the categories.
type Unknown int

const (
	UnknownRefused Unknown = iota // an error
	UnknownZeros                  // zeros for all categories, usually a row unlike any that a network was trained on
	UnknownFeature                // a feature of its own; it stays 0 unless training rows have such names, because of MinRows, Categories or AsUnknown
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

func (c Categorical) learner(sampleMaker) (learner, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	l := &categoricalLearner{column: c, rows: newNameCounts(mostNames)}
	if c.Categories == nil {
		return l, nil
	}
	var err error
	l.given, err = c.encoderOf(trimAll(c.Categories))
	return l, err
}

// check returns an error for fields that contradict each other.
func (c Categorical) check() error {
	switch {
	case c.MinRows > 0 && c.Unknown == UnknownRefused:
		return errors.New("MinRows makes names unknown, and Unknown refuses them")
	case c.Impute == AsUnknown && c.Unknown == UnknownRefused:
		return errUnknownRefused
	case c.Sign && c.Unknown != UnknownRefused && c.Unknown != UnknownZeros:
		return fmt.Errorf("unknown %v does not go with Sign, where an unknown name is 0", c.Unknown)
	case c.CodesFrom < 0:
		return fmt.Errorf("CodesFrom is %d", c.CodesFrom)
	case c.CodesFrom > 0 && c.Unknown == UnknownShares:
		return fmt.Errorf("unknown %v does not go with CodesFrom, since codes have no shares", c.Unknown)
	}
	return nil
}

var errUnknownRefused = errors.New("AsUnknown makes missing cells unknown names, and Unknown refuses them")

// encoderOf returns the encoder for these categories, without its form.
func (c Categorical) encoderOf(names []string) (*categoricalEncoder, error) {
	if len(names) == 0 {
		return nil, errors.New("there are no categories")
	}
	return newCategoricalEncoder(names, c.Unknown)
}

// formOf returns the form for names that have this many training rows each.
func (c Categorical) formOf(rows []int) form {
	switch {
	case c.Sign && len(rows) == 2 && rows[0] > 0 && rows[1] > 0:
		return signForm{}
	case c.CodesFrom > 0 && len(rows) >= c.CodesFrom:
		return &codeForm{}
	}
	return &oneHotForm{unknown: c.Unknown}
}

type categoricalLearner struct {
	column  Categorical
	given   *categoricalEncoder // nil without Categories
	rows    *nameCounts
	unknown rowCount // of names that need not be counted
	missing rowCount
}

func (l *categoricalLearner) add(cell Cell, rows int) error {
	name, err := cell.name()
	if err != nil {
		return err
	}
	if l.given != nil {
		i, err := l.given.index(cell)
		if err != nil {
			return err
		}
		switch {
		case i != unknownName:
			name = l.given.names[i]
		case l.column.Impute != MostFrequent: // which may be such a name
			l.unknown += rowCount(rows)
			return nil
		}
	}
	l.rows.add(name, rows)
	return nil
}

func (l *categoricalLearner) addMissing(rows int) { l.missing += rowCount(rows) }

func (l *categoricalLearner) statistics() []statistic {
	return []statistic{l.rows, &l.unknown, &l.missing}
}

func (l *categoricalLearner) encoder() (learned, error) {
	c, e := l.column, l.given
	all := maps.Clone(l.rows.counts) // rows of each name
	var fill *string
	unknown := int(l.unknown)
	switch c.Impute {
	case NoImputation:
	case AsUnknown:
		unknown += int(l.missing)
	default:
		name, err := c.Impute.name(all, strings.TrimSpace(c.Fill))
		if err != nil {
			return learned{}, err
		}
		all[name] += int(l.missing)
		fill = kept(name)
	}
	if e == nil {
		if len(all) == 0 {
			return learned{}, errNothingToImpute
		}
		var err error
		if e, err = c.encoderOf(l.frequentNames(all, fill)); err != nil {
			return learned{}, err
		}
	}
	rows := make([]int, len(e.names))
	for name, n := range all {
		if i, ok := e.position[name]; ok {
			rows[i] = n
		} else {
			unknown += n
		}
	}
	e.form = c.formOf(rows)
	if _, ok := e.form.(*oneHotForm); ok && c.Categories == nil && len(rows) > maxCategories {
		return learned{}, fmt.Errorf("%d different names, at most %d are taken for categories: drop the column, give Categories or set CodesFrom", len(rows), maxCategories)
	}
	constant, err := e.form.learn(rows, unknown)
	return learned{e, fill, constant, l.rows.counts, int(l.unknown)}, err
}

// frequentNames returns the names that have enough rows, sorted. What stands in
// for a missing cell has one more where none is missing, for a gap that is still
// to come.
func (l *categoricalLearner) frequentNames(all map[string]int, fill *string) []string {
	var names []string
	for name, n := range all {
		if n >= l.column.MinRows {
			names = append(names, name)
		}
	}
	if fill != nil && l.missing == 0 && !slices.Contains(names, *fill) && all[*fill]+1 >= l.column.MinRows {
		names = append(names, *fill)
	}
	slices.Sort(names)
	return names
}

type categoricalEncoder struct {
	categories
	unknown Unknown
	form    form
}

func newCategoricalEncoder(names []string, unknown Unknown) (*categoricalEncoder, error) {
	if unknown < 0 || int(unknown) >= len(unknownNames) {
		return nil, fmt.Errorf("%s with unknown %v", categoricalKind, unknown)
	}
	c, err := newCategories(names)
	return &categoricalEncoder{categories: c, unknown: unknown}, err
}

func loadCategorical(s savedColumn) (encoder, error) {
	if err := s.needCategories(); err != nil {
		return nil, err
	}
	e, err := newCategoricalEncoder(s.Categories, s.Unknown)
	if err != nil {
		return nil, err
	}
	e.form, err = loadForm(s)
	return e, err
}

func (e *categoricalEncoder) features(column string) []Feature {
	return e.form.features(column, e.names)
}

func (e *categoricalEncoder) encode(dst []float64, cell Cell) error {
	i, err := e.index(cell)
	if err != nil {
		return err
	}
	e.form.encode(dst, i)
	return nil
}

// encodeUnknown stores the features of a missing cell that is an unknown name.
func (e *categoricalEncoder) encodeUnknown(dst []float64) error {
	if e.unknown == UnknownRefused {
		return errUnknownRefused
	}
	e.form.encode(dst, unknownName)
	return nil
}

// index returns the index of a category, or unknownName.
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
	return unknownName, nil
}

func (e *categoricalEncoder) save(s *savedColumn) {
	s.Kind, s.Categories, s.Unknown = categoricalKind, e.names, e.unknown
	e.form.save(s)
}

package dataset

import (
	"errors"
	"fmt"
)

// Numeric is a column of finite numbers. It becomes one feature, or several with
// Also.
//
// By default numbers are written as in Go: 1234.5, -7, 1e-3. Decimal, Grouping,
// Units, Signs and Hexadecimal accept other notations: Numeric{Decimal: ',',
// Grouping: '.'} accepts "1.234,5". An integer above 2⁵³ that float64 cannot
// represent is an error, as it is usually an identifier: use Drop or Categorical.
type Numeric struct {
	Column  string
	Scaling Scaling // the zero value means to mean 0 and standard deviation 1

	// Also adds a feature for each of more scalings: the same number scaled in
	// another way, for networks that take it in several. The features follow that
	// of Scaling, in this order, and have names such as "x by normal". All scalings
	// of a column must differ, and only Scaling may be Unscaled. nil means none.
	Also []Scaling

	// Decimal is the decimal mark. 0 means '.'.
	Decimal rune

	// Grouping is the mark that may separate groups of three digits, or of two
	// before the last one, as in India. 0 means none. A mark elsewhere is an error,
	// as in "10,5" with ',', and so is one in a number that begins with 0, such as
	// "0,125". A space also stands for no-break and thin spaces, and an apostrophe
	// for the typographic one.
	Grouping rune

	// Units are texts such as "%" and "$" that may precede or follow a number.
	// They do not change it: "10.5%" is 10.5.
	Units []string

	// Signs accepts (5), 5- and the minus sign U+2212 for negative numbers.
	Signs bool

	// Hexadecimal accepts 0x1F for 31. Numbers without 0x remain decimal.
	Hexadecimal bool

	// Impute says what stands in for a missing cell, Fill is that number where
	// it is Constant. Scaling is learned from the filled column.
	Impute Imputation
	Fill   float64

	// Indicator adds a feature that is 1 where the cell was missing, else 0.
	Indicator bool
}

const numericKind = "numeric"

func (c Numeric) name() string     { return c.Column }
func (c Numeric) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Numeric) learner(newSample sampleMaker) (learner, error) {
	n := c.notation().orNil()
	quantiles := c.Impute == Median || c.Impute == MostFrequent
	for _, scaling := range c.scalings() {
		quantiles = quantiles || scaling.needsQuantiles()
	}
	return &numericLearner{c, n, newSample(quantiles)}, n.check()
}

// scalings returns that of each feature.
func (c Numeric) scalings() []Scaling { return append([]Scaling{c.Scaling}, c.Also...) }

func (c Numeric) notation() Notation {
	return Notation{c.Decimal, c.Grouping, c.Units, c.Signs, c.Hexadecimal}
}

type numericLearner struct {
	column   Numeric
	notation *Notation
	learnedSample
}

func (l *numericLearner) numbers() *Notation { return l.notation }

func (l *numericLearner) add(cell Cell, rows int) error {
	v, err := l.notation.number(cell)
	if errors.Is(err, errInteger) {
		return fmt.Errorf("%w: Categorical takes it as a name, Drop leaves it out", err)
	}
	if err != nil && cell.isText() {
		return withLook(err, cell.String(), "Numeric")
	}
	if err != nil {
		return err
	}
	l.learnedSample.add(v, rows)
	return nil
}

func (l *numericLearner) encoder() (learned, error) {
	var fill *string
	if c := l.column; c.Impute != NoImputation {
		v, err := c.Impute.number(l.learnedSample, c.Fill)
		if err != nil {
			return learned{}, err
		}
		l.fill(v)
		fill = kept(formatNumber(v))
	}
	e := numericEncoder{notation: l.notation}
	var constant []bool
	for i, scaling := range l.column.scalings() {
		if i > 0 && scaling == Unscaled {
			return learned{}, errors.New("there is Unscaled in Also, which only Scaling can be")
		}
		scale, same, err := newColumnScale(scaling, l.learnedSample)
		if err != nil {
			return learned{}, err
		}
		e.scales, constant = append(e.scales, scale), append(constant, same)
	}
	return learned{encoder: e, fill: fill, constant: constant}, e.check()
}

// A numericEncoder has a feature for each of its scales, of which there is at
// least one.
type numericEncoder struct {
	scales   []*columnScale
	notation *Notation
}

func loadNumeric(s savedColumn) (encoder, error) {
	n, err := s.Notation.load()
	if err != nil {
		return nil, err
	}
	e := numericEncoder{append([]*columnScale{s.Scale}, s.Also...), n}
	for _, c := range e.scales {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	return e, e.check()
}

// check returns an error for a scaling that is there twice.
func (e numericEncoder) check() error {
	for i, c := range e.scales {
		for _, before := range e.scales[:i] {
			if c.scaling() == before.scaling() {
				return fmt.Errorf("the scaling %v twice", c.scaling())
			}
		}
	}
	return nil
}

func (e numericEncoder) features(column string) []Feature {
	features := make([]Feature, len(e.scales))
	for i, c := range e.scales {
		features[i] = Feature{Name: column, Column: column, Kind: FeatureNumber, Scaling: c.scaling()}
		if i > 0 {
			features[i].Name, features[i].Also = column+" by "+c.scaling().String(), true
		}
	}
	return features
}

func (e numericEncoder) encode(dst []float64, cell Cell) error {
	v, err := e.notation.number(cell)
	if err != nil {
		return err
	}
	for i, c := range e.scales {
		if dst[i], err = c.apply(v); err != nil {
			return err
		}
	}
	return nil
}

func (e numericEncoder) numbers() *Notation { return e.notation }

// fillCell returns what stands in for a missing cell: a number as Go writes it,
// whatever the notation of the column.
func (e numericEncoder) fillCell(text string) (Cell, error) {
	v, err := parseNumber(text)
	return Number(v), err
}

func (e numericEncoder) save(s *savedColumn) {
	s.Kind, s.Scale, s.Also, s.Notation = numericKind, e.scales[0], e.scales[1:], e.notation.save()
}

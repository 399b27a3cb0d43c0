package dataset

import (
	"errors"
	"strings"
)

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

const ordinalKind = "ordinal"

func (c Ordinal) name() string     { return c.Column }
func (c Ordinal) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Ordinal) learner(newSample sampleMaker) (learner, error) {
	if len(c.Order) == 0 {
		return nil, errors.New("the field Order is empty")
	}
	order, err := newCategories(trimAll(c.Order))
	return &ordinalLearner{c, order, newNameCounts(mostNames), newSample(c.Scaling.needsQuantiles())}, err
}

type ordinalLearner struct {
	column Ordinal
	order  categories
	rows   *nameCounts
	sample learnedSample // of positions
}

func (l *ordinalLearner) add(cell Cell, rows int) error {
	v, err := l.order.number(cell)
	if err != nil {
		return err
	}
	if l.column.Impute == MostFrequent {
		l.rows.add(l.order.names[int(v)], rows)
	}
	l.sample.add(v, rows)
	return nil
}

func (l *ordinalLearner) addMissing(rows int) { l.sample.addMissing(rows) }

func (l *ordinalLearner) statistics() []statistic {
	return append(l.sample.statistics(), l.rows)
}

func (l *ordinalLearner) encoder() (learned, error) {
	var fill *string
	if c := l.column; c.Impute != NoImputation {
		name, err := c.Impute.name(l.rows.counts, strings.TrimSpace(c.Fill))
		if err != nil {
			return learned{}, err
		}
		v, err := l.order.number(Text(name))
		if err != nil {
			return learned{}, fillError(err)
		}
		l.sample.fill(v)
		fill = kept(name)
	}
	scale, constant, err := newColumnScale(l.column.Scaling, l.sample)
	return learned{encoder: &ordinalEncoder{l.order, scale}, fill: fill, constant: []bool{constant}}, err
}

type ordinalEncoder struct {
	order categories
	scale *columnScale
}

func loadOrdinal(s savedColumn) (encoder, error) {
	if err := s.needCategories(); err != nil {
		return nil, err
	}
	order, err := newCategories(s.Categories)
	if err != nil {
		return nil, err
	}
	return &ordinalEncoder{order, s.Scale}, s.Scale.check()
}

func (e *ordinalEncoder) features(column string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureNumber, Scaling: e.scale.scaling()}}
}

func (e *ordinalEncoder) encode(dst []float64, cell Cell) error {
	v, err := e.order.number(cell)
	if err != nil {
		return err
	}
	dst[0], err = e.scale.apply(v)
	return err
}

func (e *ordinalEncoder) save(s *savedColumn) {
	s.Kind, s.Categories, s.Scale = ordinalKind, e.order.names, e.scale
}

package dataset

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
)

// Boolean is a column of yes and no. It becomes one feature of 1 and 0, or of 1
// and −1 with Sign. The words are true, yes, t, y and 1, and false, no, f, n
// and 0, in upper or lower case.
type Boolean struct {
	Column    string
	Sign      bool       // 1 and −1 instead of 1 and 0
	Impute    Imputation // MostFrequent, Constant or, with Sign, AsUnknown
	Fill      bool       // what Constant means
	Indicator bool       // as in Numeric
}

const booleanKind = "boolean"

func (c Boolean) name() string     { return c.Column }
func (c Boolean) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Boolean) learner(sampleMaker) (learner, error) {
	if c.Impute == AsUnknown && !c.Sign {
		return nil, errUnknownTruth
	}
	return &booleanLearner{column: c, rows: newNameCounts(2)}, nil
}

type booleanLearner struct {
	column  Boolean
	rows    *nameCounts // of true and of false
	missing rowCount
}

func (l *booleanLearner) add(cell Cell, rows int) error {
	v, err := booleanOf(cell)
	if err != nil {
		return err
	}
	l.rows.add(strconv.FormatBool(v == 1), rows)
	return nil
}

func (l *booleanLearner) addMissing(rows int) { l.missing += rowCount(rows) }

func (l *booleanLearner) statistics() []statistic { return []statistic{l.rows, &l.missing} }

func (l *booleanLearner) encoder() (learned, error) {
	c := l.column
	result := learned{encoder: booleanEncoder{c.Sign}, names: l.rows.counts}
	rows, unknown := maps.Clone(l.rows.counts), int(l.missing)
	switch c.Impute {
	case NoImputation, AsUnknown:
	default:
		name, err := c.Impute.name(rows, strconv.FormatBool(c.Fill))
		if err != nil {
			return learned{}, err
		}
		rows[name] += unknown
		unknown = 0
		result.fill = kept(name)
	}
	result.constant = []bool{!varies([]int{rows["false"], rows["true"]}, unknown)}
	return result, nil
}

type booleanEncoder struct {
	sign bool
}

func loadBoolean(s savedColumn) (encoder, error) { return booleanEncoder{s.Sign}, nil }

func (e booleanEncoder) features(column string) []Feature {
	f := Feature{Name: column, Column: column, Kind: FeatureFlag}
	if e.sign {
		f.Kind = FeatureSign
	}
	return []Feature{f}
}

func (e booleanEncoder) encode(dst []float64, cell Cell) error {
	v, err := booleanOf(cell)
	if e.sign {
		v = 2*v - 1
	}
	dst[0] = v
	return err
}

var errUnknownTruth = errors.New("AsUnknown makes missing cells 0, which is no without Sign")

// encodeUnknown stores the feature of a missing cell that is neither yes nor no.
func (e booleanEncoder) encodeUnknown(dst []float64) error {
	if !e.sign {
		return errUnknownTruth
	}
	dst[0] = 0
	return nil
}

// booleanOf returns 1 for a cell that says yes and 0 for one that says no.
func booleanOf(c Cell) (float64, error) {
	switch {
	case c.isText():
		if v, ok := truth(c.String()); ok {
			return v, nil
		}
	case c.kind == truthCell, c.kind == numberCell && (c.number == 0 || c.number == 1):
		return c.number, nil
	}
	return 0, fmt.Errorf("%s is neither true nor false", c.quoted())
}

func (e booleanEncoder) save(s *savedColumn) { s.Kind, s.Sign = booleanKind, e.sign }

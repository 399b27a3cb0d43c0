package dataset

import (
	"fmt"
	"strconv"
)

// Boolean is a column of yes and no. It becomes one feature of 1 and 0. The
// words are true, yes, t, y and 1, and false, no, f, n and 0, in upper or lower
// case.
type Boolean struct {
	Column    string
	Impute    Imputation // MostFrequent or Constant
	Fill      bool       // what Constant means
	Indicator bool       // as in Numeric
}

const booleanKind = "boolean"

func (c Boolean) name() string     { return c.Column }
func (c Boolean) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Boolean) learner(int) (learner, error) {
	return &booleanLearner{column: c, rows: make(map[string]int)}, nil
}

type booleanLearner struct {
	column  Boolean
	rows    map[string]int // of true and of false
	missing int            // rows
}

func (l *booleanLearner) add(cell string) error {
	v, err := booleanOf(Text(cell))
	if err != nil {
		return err
	}
	l.rows[strconv.FormatBool(v == 1)]++
	return nil
}

func (l *booleanLearner) addMissing() { l.missing++ }

func (l *booleanLearner) encoder() (learned, error) {
	result := learned{encoder: booleanEncoder{}}
	if c := l.column; c.Impute != NoImputation {
		name, err := c.Impute.name(l.rows, strconv.FormatBool(c.Fill))
		if err != nil {
			return learned{}, err
		}
		l.rows[name] += l.missing
		result.fill = kept(name)
	}
	result.constant = []bool{l.rows["true"] == 0 || l.rows["false"] == 0}
	return result, nil
}

type booleanEncoder struct{}

func loadBoolean(savedColumn) (encoder, error) { return booleanEncoder{}, nil }

func (booleanEncoder) features(column string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureFlag}}
}

func (booleanEncoder) encode(dst []float64, cell Cell) (err error) {
	dst[0], err = booleanOf(cell)
	return err
}

// booleanOf returns 1 for a cell that says yes and 0 for one that says no.
func booleanOf(c Cell) (float64, error) {
	switch {
	case c.kind == textCell:
		if v, ok := truth(c.text); ok {
			return v, nil
		}
	case c.kind == truthCell, c.kind == numberCell && (c.number == 0 || c.number == 1):
		return c.number, nil
	}
	return 0, fmt.Errorf("%s is neither true nor false", c.quoted())
}

func (booleanEncoder) save(s *savedColumn) { s.Kind = booleanKind }

package dataset

import "strconv"

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
	column Boolean
	rows   map[string]int // of true and of false
}

func (l *booleanLearner) add(cell string) error {
	v, err := parseBoolean(cell)
	if err != nil {
		return err
	}
	l.rows[strconv.FormatBool(v == 1)]++
	return nil
}

func (l *booleanLearner) addMissing() {}

func (l *booleanLearner) encoder() (encoder, *string, error) {
	c := l.column
	if c.Impute == NoImputation {
		return booleanEncoder{}, nil, nil
	}
	name, err := c.Impute.name(l.rows, strconv.FormatBool(c.Fill))
	if err != nil {
		return nil, nil, err
	}
	return booleanEncoder{}, kept(name), nil
}

type booleanEncoder struct{}

func loadBoolean(savedColumn) (encoder, error) { return booleanEncoder{}, nil }

func (booleanEncoder) features(column string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureFlag}}
}

func (booleanEncoder) encode(dst []float64, cell string) (err error) {
	dst[0], err = parseBoolean(cell)
	return err
}

func (booleanEncoder) save(s *savedColumn) { s.Kind = booleanKind }

package dataset

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

const numericKind = "numeric"

func (c Numeric) name() string     { return c.Column }
func (c Numeric) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Numeric) learner(rows int) (learner, error) {
	return &numericLearner{c, make(series, 0, rows)}, nil
}

type numericLearner struct {
	column Numeric
	series
}

func (l *numericLearner) add(cell string) error {
	v, err := parseNumber(cell)
	if err != nil {
		return err
	}
	l.series = append(l.series, v)
	return nil
}

func (l *numericLearner) encoder() (encoder, *string, error) {
	var fill *string
	if c := l.column; c.Impute != NoImputation {
		v, err := c.Impute.number(l.present(), c.Fill)
		if err != nil {
			return nil, nil, err
		}
		l.fill(v)
		fill = kept(formatNumber(v))
	}
	scale, err := newColumnScale(l.column.Scaling, l.series)
	return numericEncoder{scale}, fill, err
}

type numericEncoder struct {
	scale *columnScale
}

func loadNumeric(s savedColumn) (encoder, error) {
	return numericEncoder{s.Scale}, s.Scale.check()
}

func (e numericEncoder) features(column string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureNumber}}
}

func (e numericEncoder) encode(dst []float64, cell string) error {
	v, err := parseNumber(cell)
	if err != nil {
		return err
	}
	dst[0], err = e.scale.apply(v)
	return err
}

func (e numericEncoder) save(s *savedColumn) { s.Kind, s.Scale = numericKind, e.scale }

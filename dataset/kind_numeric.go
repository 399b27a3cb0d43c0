package dataset

// Numeric is a column of finite numbers. It becomes one feature.
//
// By default numbers are written as in Go: 1234.5, -7, 1e-3. Decimal, Grouping,
// Units, Signs and Hexadecimal accept other notations: Numeric{Decimal: ',',
// Grouping: '.'} accepts "1.234,5". An integer above 2⁵³ that float64 cannot
// represent is an error, as it is usually an identifier: use Drop or Categorical.
type Numeric struct {
	Column  string
	Scaling Scaling // the zero value means to mean 0 and standard deviation 1

	// Decimal is the decimal mark. 0 means '.'.
	Decimal rune

	// Grouping is the mark that may separate groups of three digits, or of two
	// before the last one, as in India. 0 means none. A mark elsewhere is an error,
	// as in "10,5" with ','. A space also stands for no-break and thin spaces, and
	// an apostrophe for the typographic one.
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

func (c Numeric) learner(rows int) (learner, error) {
	n := c.notation().orNil()
	return &numericLearner{c, n, make(series, 0, rows)}, n.check()
}

func (c Numeric) notation() Notation {
	return Notation{c.Decimal, c.Grouping, c.Units, c.Signs, c.Hexadecimal}
}

type numericLearner struct {
	column   Numeric
	notation *Notation
	series
}

func (l *numericLearner) numbers() *Notation { return l.notation }

func (l *numericLearner) add(cell string) error {
	v, err := l.notation.parse(cell)
	if err != nil {
		return withLook(err, cell)
	}
	l.series = append(l.series, v)
	return nil
}

func (l *numericLearner) encoder() (learned, error) {
	var fill *string
	if c := l.column; c.Impute != NoImputation {
		v, err := c.Impute.number(l.present(), c.Fill)
		if err != nil {
			return learned{}, err
		}
		l.fill(v)
		fill = kept(formatNumber(v))
	}
	scale, constant, err := newColumnScale(l.column.Scaling, l.series)
	return learned{numericEncoder{scale, l.notation}, fill, []bool{constant}}, err
}

type numericEncoder struct {
	scale    *columnScale
	notation *Notation
}

func loadNumeric(s savedColumn) (encoder, error) {
	n, err := s.Notation.load()
	if err != nil {
		return nil, err
	}
	return numericEncoder{s.Scale, n}, s.Scale.check()
}

func (e numericEncoder) features(column string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureNumber}}
}

func (e numericEncoder) encode(dst []float64, cell Cell) error {
	v, err := e.notation.number(cell)
	if err != nil {
		return err
	}
	dst[0], err = e.scale.apply(v)
	return err
}

func (e numericEncoder) numbers() *Notation { return e.notation }

// fillCell returns what stands in for a missing cell: a number as Go writes it,
// whatever the notation of the column.
func (e numericEncoder) fillCell(text string) (Cell, error) {
	v, err := parseNumber(text)
	return Number(v), err
}

func (e numericEncoder) save(s *savedColumn) {
	s.Kind, s.Scale, s.Notation = numericKind, e.scale, e.notation.save()
}

package dataset

import (
	"maps"
	"slices"
)

// A Feature says what a column of X is.
type Feature struct {
	// Name is the name of the feature, as in Preparation.Features.
	Name string

	// Column is the name of the column of the table that it comes from.
	Column string

	// Kind says what its numbers mean.
	Kind FeatureKind

	// Category is the name in the cell that makes the feature 1, "" for the
	// feature of unknown names. It is "" unless Kind is FeatureOneHot, or
	// FeatureSign of a column of names.
	Category string

	// Names is the number of features that the names of a column have together,
	// that of unknown names included, if Kind is FeatureOneHot. These features are
	// neighbours in X. If Kind is FeatureCode, it is the number of codes, 0
	// included: the size of the [mlp.Embedding]. Otherwise it is 0.
	Names int

	// Scaling says how the number of a column that is Numeric, Ordinal or a Date is
	// scaled, if Kind is FeatureNumber.
	Scaling Scaling

	// Also says that the feature is one of [Numeric].Also: the number of an earlier
	// feature of the column, scaled in another way.
	Also bool

	// Missing says that the feature is the flag of missing cells.
	Missing bool

	// Constant says that the feature was the same in all training rows, up to
	// rounding. It is 0 in every row then, whatever the cell is.
	Constant bool
}

// FeatureKind says what the numbers in a column of X mean. With
// Recipe.SmoothFlags those of flags, of signs and of names are scaled.
type FeatureKind int

const (
	// FeatureNumber is a quantity: a number, or the position of a name in its
	// order. It is scaled as the recipe says.
	FeatureNumber FeatureKind = iota

	// FeatureFlag is 1 for yes and 0 for no: a truth value, or whether the cell
	// was missing.
	FeatureFlag

	// FeatureOneHot is 1 if the cell is a certain name, else 0. Of the features
	// for the names of a column exactly one is 1, except for an unknown name with
	// UnknownZeros, where all are 0, and with UnknownShares, where they are shares
	// that add up to 1. Those that are Constant are 0 in any case.
	FeatureOneHot

	// FeatureSign is 1 or −1, and 0 for what is neither: yes or no, or the second
	// or the first of two names.
	FeatureSign

	// FeatureCode is an integer, which stands for a name and is no quantity: one of
	// 0 to Names−1, where 0 stands for unknown names and for those without a
	// training row.
	FeatureCode
)

var featureKindNames = []string{"number", "flag", "one_hot", "sign", "code"}

// String returns a name such as "one_hot".
func (k FeatureKind) String() string { return enumName(featureKindNames, k) }

// Layout says what each column of X is, in the order of Features: which columns
// are quantities, which belong together and which column of the table they come
// from. The result is a copy, nil if the preparation is nil or zero.
func (p *Preparation) Layout() []Feature {
	if p == nil {
		return nil
	}
	return slices.Clone(p.layout)
}

// An Encoding is what a Preparation has learned about one column of the table:
// all that its JSON holds for the column. It lets other programs, such as
// exporters and reports, say or do what the Preparation does.
//
// The Kind says what a cell becomes:
//
//	numeric      the number, scaled: a feature for Scale, and one for each of Also
//	boolean      one feature: 1 for yes, 0 for no, or −1 with Sign
//	categorical  a feature for each of Categories: 1 if the cell is that name, else 0;
//	             or one feature: with Sign −1 for the first and 1 for the second name,
//	             with Codes the code of the name
//	ordinal      one feature: the index of the cell in Categories, scaled
//	date         what its DateEncoding says: a feature for each of Fields, two for DateSeason
//
// It is the name of the kind in the file. Other versions of this package may
// have more kinds.
type Encoding struct {
	Column string // the name of the column
	Kind   string

	// Categories are the names that a categorical or ordinal column takes, in
	// the order of their features or indices. It is nil for other kinds.
	Categories []string

	// Unknown says what becomes of other names. Only a categorical column may
	// have another value than UnknownRefused. The feature of UnknownFeature comes
	// after those of the Categories.
	Unknown Unknown

	// Shares are what each of the Categories becomes for an unknown name with
	// UnknownShares. It is nil otherwise.
	Shares []float64

	// Sign says that a boolean column or a categorical one of two names is a sign,
	// where an unknown name is 0.
	Sign bool

	// Codes are the codes of the Categories where these become codes: 1, 2, 3 and
	// so on, but 0 for those without a training row. An unknown name is 0. It is
	// nil otherwise.
	Codes []int

	// Notation says how the numbers of a numeric column are written, nil if as in
	// Go. Fill is written as in Go in any case.
	Notation *Notation

	// Date says what a date column is made of. It is nil for other kinds.
	Date *DateEncoding

	// Scale says how a numeric or ordinal column is scaled. nil means not at
	// all.
	Scale *ColumnScale

	// Also are the scales of the further features of a numeric column, nil if it
	// has none. See [Numeric].
	Also []ColumnScale

	// Flags are the scales of the features that are neither numbers nor codes, in
	// their order. It is nil where they are not scaled. See Recipe.SmoothFlags.
	Flags []ColumnScale

	// Fill is what a missing cell is taken for. nil means that it is an error,
	// unless FillUnknown says that it is taken for an unknown name.
	Fill        *string
	FillUnknown bool

	// Indicator adds a last feature, which is 1 if the cell was missing, else 0.
	Indicator bool

	// Filled has the number of training rows for each text that was missing, such
	// as "" and "NA". It is nil where none was.
	Filled map[string]int
}

// A DateEncoding says how a column of dates is encoded, in the words of [Date].
type DateEncoding struct {
	Layouts []string // nil means those of ISO 8601
	UTC     bool
	Fields  []DateField
	Scales  []ColumnScale // of the fields except DateSeason, nil if they are not scaled
}

// A ColumnScale says how a column of numbers is scaled. A number v becomes
// z = (v − Shift)/Scale, and with SmoothClip z/√(1+(z/3)²). With Quantile it
// becomes its share among the Quantiles, as by a [QuantileScaler], and with
// Normal the quantile of the normal distribution for this share.
type ColumnScale struct {
	Scaling   Scaling   // one of all except Unscaled
	Shift     float64   // 0 with Quantile and Normal
	Scale     float64   // positive, 0 with Quantile and Normal
	Quantiles []float64 // in ascending order, nil except with Quantile and Normal
}

// Encodings says how the cells of each column are encoded, in the order of
// Columns. The result is a copy, nil if the preparation is nil or zero.
func (p *Preparation) Encodings() []Encoding {
	if p == nil || len(p.columns) == 0 {
		return nil
	}
	encodings := make([]Encoding, len(p.columns))
	for i, c := range p.columns {
		encodings[i] = c.save().encoding()
	}
	return encodings
}

// encoding returns a copy of s.
func (s savedColumn) encoding() Encoding {
	e := Encoding{
		Column:      s.Name,
		Kind:        s.Kind,
		Categories:  slices.Clone(s.Categories),
		Unknown:     s.Unknown,
		Shares:      slices.Clone(s.Shares),
		Sign:        s.Sign,
		Codes:       slices.Clone(s.Codes),
		FillUnknown: s.FillUnknown,
		Indicator:   s.Indicator,
		Filled:      maps.Clone(s.Filled),
	}
	if s.Scale != nil {
		scale := s.Scale.copy()
		e.Scale = &scale
	}
	for _, c := range s.Also {
		e.Also = append(e.Also, c.copy())
	}
	for i := range s.Flags {
		e.Flags = append(e.Flags, s.Flags[i].copy())
	}
	if n, err := s.Notation.load(); err == nil && n != nil { // which it was made from
		n.Units = slices.Clone(n.Units)
		e.Notation = n
	}
	if d := s.Date; d != nil {
		e.Date = &DateEncoding{Layouts: slices.Clone(d.Layouts), UTC: d.UTC, Fields: slices.Clone(d.Fields)}
		for i := range d.Scales {
			e.Date.Scales = append(e.Date.Scales, d.Scales[i].copy())
		}
	}
	if s.Fill != nil {
		fill := *s.Fill
		e.Fill = &fill
	}
	return e
}

// copy returns a copy of c.
func (c *columnScale) copy() ColumnScale {
	scale := ColumnScale(*c)
	scale.Quantiles = slices.Clone(scale.Quantiles)
	return scale
}

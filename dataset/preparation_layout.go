package dataset

import "slices"

// A Feature says what a column of X is.
type Feature struct {
	// Name is the name of the feature, as in Preparation.Features.
	Name string

	// Column is the name of the column of the table that it comes from.
	Column string

	// Kind says what its numbers mean.
	Kind FeatureKind

	// Category is the name in the cell that makes the feature 1, "" for the
	// feature of unknown names. It is "" unless Kind is FeatureOneHot.
	Category string

	// Names is the number of features that the names of a column have together,
	// that of unknown names included. These features are neighbours in X. It is
	// 0 unless Kind is FeatureOneHot.
	Names int
}

// FeatureKind says what the numbers in a column of X mean.
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
	// UnknownZeros: all are 0 then.
	FeatureOneHot
)

var featureKindNames = []string{"number", "flag", "one_hot"}

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
//	numeric      one feature: the number, scaled
//	boolean      one feature: 1 for yes, 0 for no
//	categorical  a feature for each of Categories: 1 if the cell is that name, else 0
//	ordinal      one feature: the index of the cell in Categories, scaled
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

	// Scale says how a numeric or ordinal column is scaled. nil means not at
	// all.
	Scale *ColumnScale

	// Fill is what a missing cell is taken for. nil means that it is an error.
	Fill *string

	// Indicator adds a last feature, which is 1 if the cell was missing, else 0.
	Indicator bool
}

// A ColumnScale says how a column of numbers is scaled. A number v becomes
// (v − Shift)/Scale, except with Quantile: then it becomes its share among the
// Quantiles, as by a [QuantileScaler].
type ColumnScale struct {
	Scaling   Scaling   // one of all except Unscaled
	Shift     float64   // 0 with Quantile
	Scale     float64   // positive, 0 with Quantile
	Quantiles []float64 // in ascending order, nil except with Quantile
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
		Column:     s.Name,
		Kind:       s.Kind,
		Categories: slices.Clone(s.Categories),
		Unknown:    s.Unknown,
		Indicator:  s.Indicator,
	}
	if s.Scale != nil {
		scale := ColumnScale(*s.Scale)
		scale.Quantiles = slices.Clone(scale.Quantiles)
		e.Scale = &scale
	}
	if s.Fill != nil {
		fill := *s.Fill
		e.Fill = &fill
	}
	return e
}

package dataset

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

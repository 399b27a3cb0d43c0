package dataset

// A Column says what a column of a table becomes in the matrix X. It is one of
// [Numeric], [Boolean], [Categorical], [Ordinal], [Date] and [Drop].
type Column interface {
	name() string
	filling() filling

	// learner returns what learns the column from the training rows, of which
	// about this many are to come, or nil for a column that is left out. An
	// error is a mistake in the fields of the Column.
	learner(rows int) (learner, error)
}

// A learner learns from the cells of the training rows, one row after the
// other, how a column is encoded.
type learner interface {
	// add learns from a cell that is not missing. An error is about this cell.
	add(cell Cell) error

	// addMissing learns that the cell of a row is missing. It is called only if
	// the column has an imputation.
	addMissing()

	// encoder returns what was learned. It ends the learning. An error is about
	// the column.
	encoder() (learned, error)
}

// learned is what a learner has learned.
type learned struct {
	encoder encoder

	// fill is the text that stands in for a missing cell, nil without an
	// imputation.
	fill *string

	// constant says of each feature whether it is the same in all training rows.
	constant []bool
}

// An encoder turns the cells of a column of one kind into features. It does not
// change and is safe for concurrent use.
type encoder interface {
	// features describes the features of the column of that name.
	features(column string) []Feature

	// encode stores the features of a cell that is not missing in dst, which has
	// their number.
	encode(dst []float64, cell Cell) error

	// save stores the kind, and what the file holds for it, in s.
	save(s *savedColumn)
}

// kinds has for each kind of column, by its name in a file, what makes the
// encoder from the fields that the file holds. It does not trust them.
var kinds = map[string]func(savedColumn) (encoder, error){
	numericKind:     loadNumeric,
	booleanKind:     loadBoolean,
	categoricalKind: loadCategorical,
	ordinalKind:     loadOrdinal,
	dateKind:        loadDate,
}

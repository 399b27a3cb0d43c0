package dataset

// A Column says what a column of a table becomes in the matrix X. It is one of
// [Numeric], [Boolean], [Categorical], [Ordinal], [Date] and [Drop].
type Column interface {
	name() string
	filling() filling

	// learner returns what learns the column from the training rows, whose
	// numbers it keeps in samples of this maker, or nil for a column that is left
	// out. An error is a mistake in the fields of the Column.
	learner(newSample sampleMaker) (learner, error)
}

// A learner learns from the cells of the training rows, one after the other, how
// a column is encoded.
type learner interface {
	// add learns from rows with the same cell, which is not missing. An error is
	// about this cell.
	add(cell Cell, rows int) error

	// addMissing learns that the cell of so many rows is missing. It is called
	// only if the column has an imputation.
	addMissing(rows int)

	// statistics returns all that the learner knows, if its samples have
	// statistics.
	statistics() []statistic

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

	// names counts the rows of each name, of a column of names or truth values,
	// without those that are missing, and unknown those of further names, which
	// are unknown.
	names   map[string]int
	unknown int
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

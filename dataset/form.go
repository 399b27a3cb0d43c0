package dataset

// A form says what the names of a Categorical become.
type form interface {
	// learn learns from the number of training rows of each name, and of those
	// with an unknown one. It returns of each feature whether it is the same in all
	// rows.
	learn(rows []int, unknown int) (constant []bool, err error)

	// features describes the features of the column of that name.
	features(column string, names []string) []Feature

	// encode stores the features of the name with this index, or of
	// unknownName, in dst.
	encode(dst []float64, name int)

	// save stores what the file holds for it in s.
	save(s *savedColumn)
}

// unknownName is the index of a name that is none of the categories.
const unknownName = none

// loadForm returns the form of the fields that a file holds. It does not trust
// them.
func loadForm(s savedColumn) (form, error) {
	switch {
	case s.Codes != nil:
		return loadCodes(s)
	case s.Sign:
		return loadSign(s)
	}
	return loadOneHot(s)
}

// varies reports whether the training rows have at least two names, of which
// unknown ones are one.
func varies(rows []int, unknown int) bool {
	names := min(unknown, 1)
	for _, n := range rows {
		names += min(n, 1)
	}
	return names > 1
}

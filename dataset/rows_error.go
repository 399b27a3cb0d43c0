package dataset

import (
	"fmt"
	"maps"
	"slices"
)

// A RowsError says which rows of a table have no answer. [Pipeline.Predict]
// returns it beside the answers of all others.
type RowsError struct {
	Rows   int           // that the table has
	Errors map[int]error // why, by the index of the row
}

// Error says how many rows have no answer, and why the first of them has none.
func (e *RowsError) Error() string {
	failed := e.failed()
	switch len(failed) {
	case 0:
		return fmt.Sprintf("0 of %d rows have no answer", e.Rows)
	case 1:
		return fmt.Sprintf("1 of %d rows has no answer: %v", e.Rows, e.Errors[failed[0]])
	}
	return fmt.Sprintf("%d of %d rows have no answer, the first: %v", len(failed), e.Rows, e.Errors[failed[0]])
}

// Unwrap returns the errors in the order of the rows.
func (e *RowsError) Unwrap() []error {
	errs := make([]error, 0, len(e.Errors))
	for _, row := range e.failed() {
		errs = append(errs, e.Errors[row])
	}
	return errs
}

// failed returns the rows without an answer in ascending order.
func (e *RowsError) failed() []int { return slices.Sorted(maps.Keys(e.Errors)) }

// rowsError returns the error for the answers that there are not, nil if there
// are all.
func rowsError(answers []Prediction) error {
	e := &RowsError{Rows: len(answers), Errors: make(map[int]error)}
	for i, a := range answers {
		if a.Err != nil {
			e.Errors[i] = a.Err
		}
	}
	if len(e.Errors) == 0 {
		return nil
	}
	return e
}

package dataset

import (
	"errors"
	"fmt"
	"strings"
)

// Imputation says what stands in for a missing cell. What it needs to know is
// learned from the training rows.
type Imputation int

const (
	NoImputation Imputation = iota // a missing cell is an error
	Mean                           // the mean, of numbers
	Median                         // the median, of numbers
	MostFrequent                   // the value of the most rows, of several the least
	Constant                       // what the field Fill of the column says
	AsUnknown                      // what an unknown name becomes, of Categorical; 0, of Boolean with Sign
)

var imputationNames = []string{"no_imputation", "mean", "median", "most_frequent", "constant", "as_unknown"}

// String returns a name such as "most_frequent".
func (m Imputation) String() string { return enumName(imputationNames, m) }

var errNothingToImpute = errors.New("all cells are missing, so there is nothing to learn a value from")

// number returns what stands in for a missing number where the others are
// values.
func (m Imputation) number(values learnedSample, fill float64) (float64, error) {
	switch m {
	case Constant:
		if !finite(fill) {
			return 0, fmt.Errorf("the field Fill is %g", fill)
		}
		return fill, nil
	case Mean, Median, MostFrequent:
	default:
		return 0, fmt.Errorf("%v is not for numbers", m)
	}
	if values.rows() == 0 {
		return 0, errNothingToImpute
	}
	switch m {
	case Mean:
		mean, _ := values.moments()
		return mean, nil
	case Median:
		return quantile(values, 0.5), nil
	}
	return values.mode()
}

// name returns what stands in for a missing name where the others have this many
// rows each.
func (m Imputation) name(rows map[string]int, fill string) (string, error) {
	switch m {
	case Constant:
		if fill == "" {
			return "", errors.New("the field Fill is empty, though Impute is Constant")
		}
		return fill, nil
	case MostFrequent:
		if len(rows) == 0 {
			return "", errNothingToImpute
		}
		best, most := "", 0
		for name, n := range rows {
			if n > most || n == most && name < best {
				best, most = name, n
			}
		}
		return best, nil
	case AsUnknown:
		return "", fmt.Errorf("%v is for columns that have unknown names", m)
	}
	return "", fmt.Errorf("%v is for numbers only", m)
}

// filling is what a Column says about its missing cells, whatever its kind.
type filling struct {
	impute    Imputation
	indicator bool
}

// kept returns a copy of what stands in for a missing cell, without the text of
// the table that it may be part of.
func kept(fill string) *string {
	fill = strings.Clone(fill)
	return &fill
}

var errIndicator = errors.New("an indicator needs an imputation for the missing cells it marks")

// missingError returns the error for a missing cell that nothing stands in for.
func missingError(cell Cell) error {
	return fmt.Errorf("%s is a missing value, and no Impute says what stands in for it", cell.quoted())
}

// fillError says that an error is about what stands in for a missing cell.
func fillError(err error) error { return fmt.Errorf("the value for missing cells: %w", err) }

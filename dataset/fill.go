package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"example.com/mlp/internal/moments"
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
)

var imputationNames = []string{"no_imputation", "mean", "median", "most_frequent", "constant"}

// String returns a name such as "most_frequent".
func (m Imputation) String() string { return enumName(imputationNames, m) }

var errNothingToImpute = errors.New("all cells are missing, so there is nothing to learn a value from")

// number returns what stands in for a missing number among the given ones.
func (m Imputation) number(values []float64, fill float64) (float64, error) {
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
	if len(values) == 0 {
		return 0, errNothingToImpute
	}
	values = slices.Clone(values)
	switch m {
	case Mean:
		mean, _ := moments.MeanAndScale(values)
		return mean, nil
	case Median:
		slices.Sort(values)
		return quantile(values, 0.5), nil
	}
	return mode(values), nil
}

// name returns what stands in for a missing name among the given ones.
func (m Imputation) name(values []string, fill string) (string, error) {
	switch m {
	case Constant:
		if fill == "" {
			return "", errors.New("the field Fill is empty, though Impute is Constant")
		}
		return fill, nil
	case MostFrequent:
		if len(values) == 0 {
			return "", errNothingToImpute
		}
		return mode(slices.Clone(values)), nil
	}
	return "", fmt.Errorf("%v is for numbers only", m)
}

// mode returns the most frequent value, the least of several. It sorts the
// values.
func mode[V cmp.Ordered](values []V) V {
	slices.Sort(values)
	best, most := values[0], 0
	for i := 0; i < len(values); {
		first := i
		for i < len(values) && values[i] == values[first] {
			i++
		}
		if i-first > most {
			best, most = values[first], i-first
		}
	}
	return best
}

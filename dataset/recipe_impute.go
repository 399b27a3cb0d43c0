package dataset

import (
	"cmp"
	"fmt"
)

// imputed returns the recipe with Impute in Numeric, Boolean and Categorical,
// where these have no imputation of their own.
func (r Recipe) imputed() (Recipe, error) {
	names := r.Impute // of truth values, too
	switch r.Impute {
	case NoImputation, MostFrequent:
	case Mean, Median:
		names = MostFrequent
	case AsUnknown:
		if r.Numeric.Impute == NoImputation {
			return r, fmt.Errorf("Recipe.Impute is %v, which a number cannot be: Recipe.Numeric.Impute says what stands in for numbers", r.Impute)
		}
	case Constant:
		return r, fmt.Errorf("Recipe.Impute is %v, and each kind of column needs a value of its own: the fields Impute and Fill of Recipe.Numeric, Boolean and Categorical say which", r.Impute)
	default:
		return r, fmt.Errorf("Recipe.Impute is %v, want Mean, Median, MostFrequent or AsUnknown", r.Impute)
	}
	r.Numeric.Impute = cmp.Or(r.Numeric.Impute, r.Impute)
	r.Boolean.Impute = cmp.Or(r.Boolean.Impute, names)
	r.Categorical.Impute = cmp.Or(r.Categorical.Impute, names)
	return r, nil
}

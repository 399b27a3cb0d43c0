package dataset

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/moments"
)

// A RobustScaler shifts and scales the columns of a matrix,
//
//	z = (x − median) / scale
//
// where scale is the distance from the first to the third quartile, so that
// single wild values do not decide how the others are scaled. Both slices hold
// one number per column. See [Scaler] for its methods and their errors.
type RobustScaler struct {
	Median []float64
	Scale  []float64 // positive
}

// FitRobustScaler returns the scaler for the columns of x. Quartiles between
// two values are interpolated linearly, as in scikit-learn. Scale is 1 for a
// column whose quartiles are equal up to rounding, which means that they are at
// most 10ε·|median| apart with ε = 2⁻⁵², and for one that is constant up to
// rounding, as FitStandardScaler has it.
//
// It is an error if x is nil or empty or holds a NaN or an infinity, or if the
// range of a column overflows.
func FitRobustScaler(x mat.Matrix) (*RobustScaler, error) {
	s := &RobustScaler{}
	err := fitColumns("FitRobustScaler", x, func(_ int, values []float64) error {
		column := &series{values: values}
		median, scale, err := medianAndScale(column, isConstant(column))
		s.Median, s.Scale = append(s.Median, median), append(s.Scale, scale)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Transform returns (x − median)/scale for every entry of x, in a new matrix.
func (s *RobustScaler) Transform(x mat.Matrix) (*mat.Dense, error) { return s.affine().transform(x) }

// Inverse returns z·scale + median for every entry of z, in a new matrix.
func (s *RobustScaler) Inverse(z mat.Matrix) (*mat.Dense, error) { return s.affine().inverse(z) }

func (s *RobustScaler) affine() affine {
	a := affine{name: "RobustScaler", shiftName: "Median", scaleName: "Scale"}
	if s != nil {
		a.shift, a.scale = s.Median, s.Scale
	}
	return a
}

// medianAndScale returns the median of the column and the distance of its
// quartiles, which is 1 if the column is constant.
func medianAndScale(column sample, constant bool) (median, scale float64, err error) {
	first, median, third := quartiles(column)
	if constant || moments.IsConstant(median, third-first) {
		return median, 1, nil
	}
	scale, err = positiveRange(first, third)
	return median, scale, err
}

// quartiles returns the quartiles of the column.
func quartiles(column sample) (first, median, third float64) {
	return quantile(column, 0.25), quantile(column, 0.5), quantile(column, 0.75)
}

package dataset

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/moments"
)

// A StandardScaler shifts and scales the columns of a matrix,
//
//	z = (x − mean) / scale
//
// so that the columns it was fitted to have mean 0 and standard deviation 1.
// Both slices hold one number per column. See [Scaler] for its methods and
// their errors.
type StandardScaler struct {
	Mean  []float64
	Scale []float64 // positive
}

// FitStandardScaler returns the scaler for the columns of x. Scale is the
// population standard deviation √(Σ(x − mean)²/n), as in scikit-learn, and 1
// for a column that is constant up to rounding, which is one whose deviation
// is at most 10ε·|mean| with ε = 2⁻⁵².
//
// It is an error if x is nil or empty or holds a NaN or an infinity.
func FitStandardScaler(x mat.Matrix) (*StandardScaler, error) {
	s := &StandardScaler{}
	err := fitColumns("FitStandardScaler", x, func(_ int, values []float64) error {
		mean, scale := (&series{values: values}).moments()
		if moments.IsConstant(mean, scale) {
			scale = 1
		}
		s.Mean, s.Scale = append(s.Mean, mean), append(s.Scale, scale)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Transform returns (x − mean)/scale for every entry of x, in a new matrix.
func (s *StandardScaler) Transform(x mat.Matrix) (*mat.Dense, error) { return s.affine().transform(x) }

// Inverse returns z·scale + mean for every entry of z, in a new matrix.
func (s *StandardScaler) Inverse(z mat.Matrix) (*mat.Dense, error) { return s.affine().inverse(z) }

func (s *StandardScaler) affine() affine {
	a := affine{name: "StandardScaler", shiftName: "Mean", scaleName: "Scale"}
	if s != nil {
		a.shift, a.scale = s.Mean, s.Scale
	}
	return a
}

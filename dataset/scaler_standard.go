package dataset

import (
	"math"

	"gonum.org/v1/gonum/mat"
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
	err := fitColumns("FitStandardScaler", x, func(_ int, column []float64) error {
		mean, scale := meanAndScale(column)
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
	a := affine{shiftName: "Mean", scaleName: "Scale"}
	if s != nil {
		a.shift, a.scale = s.Mean, s.Scale
	}
	return a
}

// meanAndScale returns the mean of the column and the number to divide its
// deviations by. It overwrites the column.
func meanAndScale(column []float64) (mean, scale float64) {
	const eps = 0x1p-52
	mean, scale = meanAndDeviation(column)
	if scale <= 10*eps*math.Abs(mean) {
		scale = 1
	}
	return mean, scale
}

// meanAndDeviation returns the mean and the population standard deviation of
// the column, which it overwrites. It divides the column by a power of two
// first, so that no square and no sum overflows or vanishes, and removes the
// rounding error of the mean before it sums the squares.
func meanAndDeviation(column []float64) (mean, deviation float64) {
	largest := 0.0
	for _, v := range column {
		largest = max(largest, math.Abs(v))
	}
	_, exponent := math.Frexp(largest)
	for i, v := range column {
		column[i] = math.Ldexp(v, -exponent)
	}
	mean = meanFrom(column, 0)
	mean += meanFrom(column, mean)
	squares := 0.0
	for _, v := range column {
		d := v - mean
		squares += float64(d * d)
	}
	deviation = math.Sqrt(squares / float64(len(column)))
	return math.Ldexp(mean, exponent), math.Ldexp(deviation, exponent)
}

// meanFrom returns the mean of v − origin over the values v.
func meanFrom(values []float64, origin float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v - origin
	}
	return sum / float64(len(values))
}

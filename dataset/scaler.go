package dataset

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/moments"
)

// A StandardScaler shifts and scales the columns of a matrix,
//
//	z = (x − mean) / scale
//
// so that the columns it was fitted to have mean 0 and standard deviation 1.
// Both slices hold one number per column. [FitStandardScaler] makes one; the
// zero value is of no use.
//
// The methods only read the scaler and are safe for concurrent use.
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
	if err := checkMatrix("x", x); err != nil {
		return nil, fmt.Errorf("dataset: FitStandardScaler: %w", err)
	}
	rows, cols := x.Dims()
	s := &StandardScaler{Mean: make([]float64, cols), Scale: make([]float64, cols)}
	column := make([]float64, rows)
	for j := range cols {
		mat.Col(column, j, x)
		for i, v := range column {
			if !finite(v) {
				return nil, fmt.Errorf("dataset: FitStandardScaler: x[%d,%d] is %g", i, j, v)
			}
		}
		s.Mean[j], s.Scale[j] = moments.MeanAndScale(column)
	}
	return s, nil
}

// Transform returns (x − mean)/scale for every entry of x, in a new matrix. x
// must have as many columns as the scaler.
//
// It is an error if x is nil, empty or of other width, if an entry is a NaN or
// an infinity or becomes one, or if the scaler is not a valid one.
func (s *StandardScaler) Transform(x mat.Matrix) (*mat.Dense, error) {
	z, err := s.apply("x", x, func(v, mean, scale float64) float64 { return (v - mean) / scale })
	if err != nil {
		return nil, fmt.Errorf("dataset: Transform: %w", err)
	}
	return z, nil
}

// Inverse returns z·scale + mean for every entry of z, in a new matrix: it
// undoes Transform up to rounding. Its errors are those of Transform.
func (s *StandardScaler) Inverse(z mat.Matrix) (*mat.Dense, error) {
	x, err := s.apply("z", z, func(v, mean, scale float64) float64 { return float64(v*scale) + mean })
	if err != nil {
		return nil, fmt.Errorf("dataset: Inverse: %w", err)
	}
	return x, nil
}

// apply returns f of every entry of m, which the caller calls name.
func (s *StandardScaler) apply(name string, m mat.Matrix, f func(v, mean, scale float64) float64) (*mat.Dense, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := checkMatrix(name, m); err != nil {
		return nil, err
	}
	rows, cols := m.Dims()
	if cols != len(s.Mean) {
		return nil, fmt.Errorf("%s has %d columns, the scaler has %d", name, cols, len(s.Mean))
	}
	result := mat.DenseCopyOf(m)
	for i := range rows {
		row := result.RawRowView(i)
		for j, v := range row {
			row[j] = f(v, s.Mean[j], s.Scale[j])
			if !finite(v) {
				return nil, fmt.Errorf("%s[%d,%d] is %g", name, i, j, v)
			}
			if !finite(row[j]) {
				return nil, fmt.Errorf("%s[%d,%d] = %g overflows with mean %g and scale %g", name, i, j, v, s.Mean[j], s.Scale[j])
			}
		}
	}
	return result, nil
}

// check returns an error if the fields of s, which anyone may set, make no
// sense.
func (s *StandardScaler) check() error {
	if s == nil {
		return errors.New("the scaler is nil")
	}
	if len(s.Mean) == 0 {
		return errors.New("the scaler is empty")
	}
	if len(s.Mean) != len(s.Scale) {
		return fmt.Errorf("the scaler has %d means and %d scales", len(s.Mean), len(s.Scale))
	}
	for j, mean := range s.Mean {
		if !finite(mean) {
			return fmt.Errorf("the scaler has Mean[%d] = %g", j, mean)
		}
		if scale := s.Scale[j]; !finite(scale) || scale <= 0 {
			return fmt.Errorf("the scaler has Scale[%d] = %g, it must be positive", j, scale)
		}
	}
	return nil
}

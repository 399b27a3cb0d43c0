package dataset

import (
	"errors"

	"gonum.org/v1/gonum/mat"
)

// A MinMaxScaler shifts and scales the columns of a matrix,
//
//	z = (x − min) / range
//
// so that the columns it was fitted to fill the interval [0, 1]. Other rows may
// leave it. Both slices hold one number per column. See [Scaler] for its
// methods and their errors.
type MinMaxScaler struct {
	Min   []float64
	Range []float64 // positive
}

// FitMinMaxScaler returns the scaler for the columns of x. Range is
// max − min, and 1 for a column that is constant up to rounding, as
// FitStandardScaler has it.
//
// It is an error if x is nil or empty or holds a NaN or an infinity, or if the
// range of a column overflows.
func FitMinMaxScaler(x mat.Matrix) (*MinMaxScaler, error) {
	s := &MinMaxScaler{}
	err := fitColumns("FitMinMaxScaler", x, func(_ int, values []float64) error {
		column := &series{values: values}
		least, width, err := minAndRange(column, isConstant(column))
		s.Min, s.Range = append(s.Min, least), append(s.Range, width)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Transform returns (x − min)/range for every entry of x, in a new matrix.
func (s *MinMaxScaler) Transform(x mat.Matrix) (*mat.Dense, error) { return s.affine().transform(x) }

// Inverse returns z·range + min for every entry of z, in a new matrix.
func (s *MinMaxScaler) Inverse(z mat.Matrix) (*mat.Dense, error) { return s.affine().inverse(z) }

func (s *MinMaxScaler) affine() affine {
	a := affine{name: "MinMaxScaler", shiftName: "Min", scaleName: "Range"}
	if s != nil {
		a.shift, a.scale = s.Min, s.Range
	}
	return a
}

var errRange = errors.New("its range overflows")

// minAndRange returns the least entry of the column and what to divide the
// distances from it by, which is 1 if the column is constant.
func minAndRange(column sample, constant bool) (least, width float64, err error) {
	least, largest := column.ends()
	if constant {
		return least, 1, nil
	}
	width, err = positiveRange(least, largest)
	return least, width, err
}

// positiveRange returns hi − lo, or 1 if they are equal.
func positiveRange(lo, hi float64) (float64, error) {
	if lo == hi {
		return 1, nil
	}
	if width := hi - lo; finite(width) {
		return width, nil
	}
	return 0, errRange
}

package dataset

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Scaler brings the columns of a matrix to a common range and back. The
// scalers of this package are made by FitStandardScaler, FitMinMaxScaler,
// FitRobustScaler and FitQuantileScaler, which learn one from the columns of
// the training rows; their zero values are of no use. Their methods only read
// the scaler and are safe for concurrent use.
//
// Errors are a matrix that is nil, empty or of other width than the one the
// scaler was fitted to, an entry that is a NaN or an infinity or becomes one,
// and a scaler whose fields make no sense.
type Scaler interface {
	Transform(x mat.Matrix) (*mat.Dense, error) // into a new matrix
	Inverse(z mat.Matrix) (*mat.Dense, error)   // undoes Transform up to rounding
}

// fitColumns calls fit with a copy of every column of x.
func fitColumns(op string, x mat.Matrix, fit func(j int, column []float64) error) error {
	if err := matrix.Check("x", x); err != nil {
		return fmt.Errorf("dataset: %s: %w", op, err)
	}
	rows, cols := x.Dims()
	column := make([]float64, rows)
	for j := range cols {
		mat.Col(column, j, x)
		for i, v := range column {
			if !finite(v) {
				return fmt.Errorf("dataset: %s: x[%d,%d] is %g: %w", op, i, j, v, mlp.ErrNotFinite)
			}
		}
		if err := fit(j, column); err != nil {
			return fmt.Errorf("dataset: %s: column %d of x: %w", op, j, err)
		}
	}
	return nil
}

// mapColumns returns f of every entry of m, which op calls name and which must
// have the given number of columns.
func mapColumns(op, name string, m mat.Matrix, cols int, f func(j int, v float64) float64) (*mat.Dense, error) {
	if err := matrix.Check(name, m); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	rows, got := m.Dims()
	if got != cols {
		return nil, fmt.Errorf("dataset: %s: %s has %d columns, the scaler has %d", op, name, got, cols)
	}
	result := mat.DenseCopyOf(m)
	for i := range rows {
		row := result.RawRowView(i)
		for j, v := range row {
			if !finite(v) {
				return nil, fmt.Errorf("dataset: %s: %s[%d,%d] is %g: %w", op, name, i, j, v, mlp.ErrNotFinite)
			}
			row[j] = f(j, v)
			if !finite(row[j]) {
				return nil, fmt.Errorf("dataset: %s: %s[%d,%d] = %g overflows", op, name, i, j, v)
			}
		}
	}
	return result, nil
}

// An affine is the scaler z = (x − shift)/scale. The names are those of its type
// and of the fields that hold shift and scale.
type affine struct {
	name, shiftName, scaleName string
	shift, scale               []float64
}

func (a affine) transform(x mat.Matrix) (*mat.Dense, error) {
	return a.apply("Transform", "x", x, func(j int, v float64) float64 { return (v - a.shift[j]) / a.scale[j] })
}

func (a affine) inverse(z mat.Matrix) (*mat.Dense, error) {
	return a.apply("Inverse", "z", z, func(j int, v float64) float64 { return float64(v*a.scale[j]) + a.shift[j] })
}

func (a affine) apply(method, name string, m mat.Matrix, f func(j int, v float64) float64) (*mat.Dense, error) {
	op := a.name + "." + method
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	return mapColumns(op, name, m, len(a.shift), f)
}

// check returns an error if the fields, which anyone may set, make no sense.
func (a affine) check() error {
	if len(a.shift) == 0 {
		return errors.New("the scaler is empty")
	}
	if len(a.shift) != len(a.scale) {
		return fmt.Errorf("the scaler has %d entries in %s and %d in %s", len(a.shift), a.shiftName, len(a.scale), a.scaleName)
	}
	for j, shift := range a.shift {
		if !finite(shift) {
			return fmt.Errorf("the scaler has %s[%d] = %g", a.shiftName, j, shift)
		}
		if scale := a.scale[j]; !finite(scale) || scale <= 0 {
			return fmt.Errorf("the scaler has %s[%d] = %g, want a finite number above 0", a.scaleName, j, scale)
		}
	}
	return nil
}

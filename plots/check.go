package plots

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// toDense returns the matrix m, which op calls name, without copying it where
// it is a *mat.Dense. It must be neither empty nor have entries that cannot
// be drawn.
func toDense(op, name string, m mat.Matrix) (*mat.Dense, error) {
	d, err := matrix.Dense("plots", op, name, m)
	if err != nil {
		return nil, err
	}
	rows, _ := d.Dims()
	for i := range rows {
		for j, v := range d.RawRowView(i) {
			if err := drawable(v); err != nil {
				return nil, fmt.Errorf("plots: %s: %s[%d,%d] %w", op, name, i, j, err)
			}
		}
	}
	return d, nil
}

// largest is the largest number that is drawn, far enough from the largest
// float64 for sums of squares.
const largest = 1e150

// drawable returns an error if v is NaN, an infinity or too large for axes. It
// goes on where "w[3,2]" stops.
func drawable(v float64) error {
	switch {
	case v-v != 0:
		return fmt.Errorf("is %g: %w", v, mlp.ErrNotFinite)
	case math.Abs(v) > largest:
		return fmt.Errorf("is %g, want at most ±%g", v, largest)
	}
	return nil
}

// pair returns the matrices y and yhat, which must have the same shape.
func pair(op string, y, yhat mat.Matrix) (yd, pd *mat.Dense, err error) {
	if yd, err = toDense(op, "y", y); err != nil {
		return nil, nil, err
	}
	if pd, err = toDense(op, "yhat", yhat); err != nil {
		return nil, nil, err
	}
	rows, cols := yd.Dims()
	prows, pcols := pd.Dims()
	if prows != rows {
		return nil, nil, fmt.Errorf("plots: %s: yhat has %d rows, y has %d", op, prows, rows)
	}
	if pcols != cols {
		return nil, nil, fmt.Errorf("plots: %s: yhat has %d columns, y has %d", op, pcols, cols)
	}
	return yd, pd, nil
}

// columns returns the n×1 matrices y and yhat as slices.
func columns(op string, y, yhat mat.Matrix) (a, b []float64, err error) {
	yd, pd, err := pair(op, y, yhat)
	if err != nil {
		return nil, nil, err
	}
	if _, cols := yd.Dims(); cols != 1 {
		return nil, nil, fmt.Errorf("plots: %s: y has %d columns, want 1", op, cols)
	}
	return mat.Col(nil, 0, yd), mat.Col(nil, 0, pd), nil
}

// classNames returns the names of the classes, or numbers if there are none.
func classNames(op string, classes int, names []string) ([]string, error) {
	if len(names) == 0 {
		names = make([]string, classes)
		for i := range names {
			names[i] = strconv.Itoa(i)
		}
	}
	if len(names) != classes {
		return nil, fmt.Errorf("plots: %s: %d names for %d classes", op, len(names), classes)
	}
	return names, nil
}

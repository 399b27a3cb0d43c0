package plots

import (
	"fmt"
	"reflect"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// toDense returns the matrix m, which op calls name, without copying it where
// it is a *mat.Dense. It must be neither empty nor have NaN or infinities.
func toDense(op, name string, m mat.Matrix) (*mat.Dense, error) {
	if isNil(m) {
		return nil, fmt.Errorf("plots: %s: %s is nil", op, name)
	}
	rows, cols := m.Dims()
	if rows == 0 || cols == 0 {
		return nil, fmt.Errorf("plots: %s: %s is empty (%d×%d)", op, name, rows, cols)
	}
	d, ok := m.(*mat.Dense)
	if !ok {
		d = mat.DenseCopyOf(m)
	}
	for i := range rows {
		for j, v := range d.RawRowView(i) {
			if !finite(v) {
				return nil, fmt.Errorf("plots: %s: %s[%d,%d] is %g: %w", op, name, i, j, v, mlp.ErrNotFinite)
			}
		}
	}
	return d, nil
}

// isNil reports whether m is nil or a nil pointer.
func isNil(m mat.Matrix) bool {
	if m == nil {
		return true
	}
	r := reflect.ValueOf(m)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// finite reports whether v is neither NaN nor an infinity.
func finite(v float64) bool { return v-v == 0 }

// columns returns the n×1 matrices y and yhat as slices.
func columns(op string, y, yhat mat.Matrix) (a, b []float64, err error) {
	yd, err := toDense(op, "y", y)
	if err != nil {
		return nil, nil, err
	}
	pd, err := toDense(op, "yhat", yhat)
	if err != nil {
		return nil, nil, err
	}
	rows, cols := yd.Dims()
	prows, pcols := pd.Dims()
	if cols != 1 {
		return nil, nil, fmt.Errorf("plots: %s: y has %d columns, want 1", op, cols)
	}
	if pcols != 1 {
		return nil, nil, fmt.Errorf("plots: %s: yhat has %d columns, want 1", op, pcols)
	}
	if prows != rows {
		return nil, nil, fmt.Errorf("plots: %s: yhat has %d rows, y has %d", op, prows, rows)
	}
	return mat.Col(nil, 0, yd), mat.Col(nil, 0, pd), nil
}

// classNames returns the names of the classes, or numbers if there are none.
func classNames(op string, classes int, names []string) ([]string, error) {
	if len(names) == 0 {
		for i := range classes {
			names = append(names, fmt.Sprint(i))
		}
	}
	if len(names) != classes {
		return nil, fmt.Errorf("plots: %s: %d names for %d classes", op, len(names), classes)
	}
	return names, nil
}

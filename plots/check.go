package plots

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// toDense returns the matrix m, which op calls name, without copying it if it
// is a *mat.Dense. It must not be empty and must not have entries that cannot
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

// drawable returns an error if v is NaN, infinite or too large for axes. The
// text of the error continues after "w[3,2]".
func drawable(v float64) error {
	switch {
	case v-v != 0:
		return fmt.Errorf("is %g: %w", v, mlp.ErrNotFinite)
	case math.Abs(v) > largest:
		return fmt.Errorf("is %g, want at most ±%g", v, largest)
	}
	return nil
}

// pair returns the matrices a and b, which op calls by these names, and which
// must have the same shape.
func pair(op, aName string, a mat.Matrix, bName string, b mat.Matrix) (ad, bd *mat.Dense, err error) {
	if ad, err = toDense(op, aName, a); err != nil {
		return nil, nil, err
	}
	if bd, err = toDense(op, bName, b); err != nil {
		return nil, nil, err
	}
	arows, acols := ad.Dims()
	brows, bcols := bd.Dims()
	if brows != arows {
		return nil, nil, fmt.Errorf("plots: %s: %s has %d rows, %s has %d", op, bName, brows, aName, arows)
	}
	if bcols != acols {
		return nil, nil, fmt.Errorf("plots: %s: %s has %d columns, %s has %d", op, bName, bcols, aName, acols)
	}
	return ad, bd, nil
}

// columns returns n×1 matrices, which op calls by these names, as slices.
func columns(op, aName string, a mat.Matrix, bName string, b mat.Matrix) (as, bs []float64, err error) {
	ad, bd, err := pair(op, aName, a, bName, b)
	if err != nil {
		return nil, nil, err
	}
	if _, cols := ad.Dims(); cols != 1 {
		return nil, nil, fmt.Errorf("plots: %s: %s has %d columns, want 1", op, aName, cols)
	}
	return mat.Col(nil, 0, ad), mat.Col(nil, 0, bd), nil
}

// labels returns the names of the n things, or numbers if there are no names.
func labels(op, things string, n int, names []string) ([]string, error) {
	if len(names) == 0 {
		names = make([]string, n)
		for i := range names {
			names[i] = strconv.Itoa(i)
		}
	}
	if len(names) != n {
		return nil, fmt.Errorf("plots: %s: %d names for %d %s", op, len(names), n, things)
	}
	return names, nil
}

// shortened returns the name, cut so that it leaves room for the drawing.
func shortened(name string) string {
	const most = 30
	if letters := []rune(name); len(letters) > most {
		return string(letters[:most-3]) + "..."
	}
	return name
}

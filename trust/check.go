package trust

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// toDense returns the matrix m, which op calls name, without copying it if it
// is a *mat.Dense. It must not be empty and must not have NaN or infinities.
func toDense(op, name string, m mat.Matrix) (*mat.Dense, error) {
	d, err := matrix.Dense("trust", op, name, m)
	if err != nil {
		return nil, err
	}
	rows, _ := d.Dims()
	for i := range rows {
		for j, v := range d.RawRowView(i) {
			if v-v != 0 {
				return nil, fmt.Errorf("trust: %s: %s[%d,%d] is %g: %w", op, name, i, j, v, mlp.ErrNotFinite)
			}
		}
	}
	return d, nil
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
	if arows != brows {
		return nil, nil, fmt.Errorf("trust: %s: %s has %d rows, %s has %d", op, bName, brows, aName, arows)
	}
	if acols != bcols {
		return nil, nil, fmt.Errorf("trust: %s: %s has %d columns, %s has %d", op, bName, bcols, aName, acols)
	}
	return ad, bd, nil
}

// probabilities returns p after a check: a column of numbers in [0, 1], or
// rows of these that sum to one.
func probabilities(op string, p mat.Matrix) (*mat.Dense, error) {
	d, err := toDense(op, "p", p)
	if err != nil {
		return nil, err
	}
	const tolerance = 1e-6 // for numbers that were float32 before
	rows, cols := d.Dims()
	for i := range rows {
		sum := 0.0
		for j, v := range d.RawRowView(i) {
			if v < 0 || v > 1 {
				return nil, fmt.Errorf("trust: %s: p[%d,%d] is %g, want a probability", op, i, j, v)
			}
			sum += v
		}
		if cols > 1 && math.Abs(sum-1) > tolerance {
			return nil, fmt.Errorf("trust: %s: p row %d sums to %g, want 1", op, i, sum)
		}
	}
	return d, nil
}

// judged returns the classes of the targets y and the probabilities p, which
// must have the same shape. Only zeros and ones are not probabilities, but the
// result of BinaryClassifier.Predict, or targets.
func judged(op string, y, p mat.Matrix) (classes []int, probs *mat.Dense, err error) {
	yd, pd, err := pair(op, "y", y, "p", p)
	if err != nil {
		return nil, nil, err
	}
	if _, err := probabilities(op, pd); err != nil {
		return nil, nil, err
	}
	rows, _ := yd.Dims()
	classes = make([]int, rows)
	for i := range rows {
		if classes[i], err = matrix.ClassOf(yd.RawRowView(i)); err != nil {
			return nil, nil, fmt.Errorf("trust: %s: y row %d %w", op, i, err)
		}
	}
	if areLabels(pd) {
		return nil, nil, fmt.Errorf("trust: %s: p is 0 or 1 everywhere, which are labels, want probabilities", op)
	}
	return classes, pd, nil
}

// areLabels reports whether all entries are 0 or 1.
func areLabels(m *mat.Dense) bool {
	rows, _ := m.Dims()
	for i := range rows {
		for _, v := range m.RawRowView(i) {
			if v != 0 && v != 1 {
				return false
			}
		}
	}
	return true
}

// areClasses reports whether y is one-hot, in several columns, and p has
// probabilities in the same number of columns.
func areClasses(y, p *mat.Dense) bool {
	rows, cols := y.Dims()
	for i := range rows {
		if _, err := matrix.ClassOf(y.RawRowView(i)); err != nil {
			return false
		}
	}
	_, err := probabilities("", p)
	return cols > 1 && err == nil
}

// allClasses returns p with a column for each class.
func allClasses(p *mat.Dense) *mat.Dense {
	rows, cols := p.Dims()
	if cols > 1 {
		return p
	}
	both := mat.NewDense(rows, 2, nil)
	for i := range rows {
		v := p.RawRowView(i)[0]
		both.SetRow(i, []float64{1 - v, v})
	}
	return both
}

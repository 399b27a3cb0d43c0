package mlp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/matrix"
)

// toDense returns the matrix m, which op calls name, without copying it if it
// is a *mat.Dense. It rejects nil and empty matrices.
func toDense(op, name string, m mat.Matrix) (*mat.Dense, error) {
	return matrix.Dense("mlp", op, name, m)
}

// allFinite reports whether g has neither NaN nor infinities.
func allFinite(g blas64.General) bool {
	if g.Stride == g.Cols {
		return kernel.AllFinite(g.Data[:g.Rows*g.Cols])
	}
	for i := range g.Rows {
		if !kernel.AllFinite(g.Data[i*g.Stride:][:g.Cols]) {
			return false
		}
	}
	return true
}

// firstFinite reports whether the first number of each row of g is finite.
func firstFinite(g blas64.General) bool {
	for i := range g.Rows {
		if !finite(g.Data[i*g.Stride]) {
			return false
		}
	}
	return true
}

// checkFinite returns an error that names the first NaN or infinity of m.
func checkFinite(op, name string, m *mat.Dense) error {
	if allFinite(m.RawMatrix()) {
		return nil
	}
	for i := range m.RawMatrix().Rows {
		for j, v := range m.RawRowView(i) {
			if !finite(v) {
				return fmt.Errorf("mlp: %s: %s[%d,%d] is %g: %w", op, name, i, j, v, ErrNotFinite)
			}
		}
	}
	return nil
}

// checkTargets returns an error if the loss rejects a row of the targets y,
// which the error calls name.
func checkTargets(op, name string, loss Loss, y *mat.Dense) error {
	checked, ok := loss.(CheckedLoss)
	if !ok {
		return nil
	}
	for i := range y.RawMatrix().Rows {
		if err := checked.CheckTarget(y.RawRowView(i)); err != nil {
			return fmt.Errorf("mlp: %s: %s row %d %w", op, name, i, err)
		}
	}
	return nil
}

// checkClasses returns an error unless y is n×1 of 0 and 1, or n×k one-hot or
// probabilities.
func checkClasses(op string, y *mat.Dense) error {
	if _, cols := y.Dims(); cols == 1 {
		return checkLabels(op, "y", "", y)
	}
	return checkOneHot(op, "", y)
}

// checkLabels returns an error unless all entries of m are 0 or 1. The error
// names the taker as what requires them; "" means the caller.
func checkLabels(op, name, taker string, m *mat.Dense) error {
	for i := range m.RawMatrix().Rows {
		for j, v := range m.RawRowView(i) {
			if v != 0 && v != 1 {
				return fmt.Errorf("mlp: %s: %s[%d,%d] is %g, %s 0 or 1", op, name, i, j, v, wanting(taker))
			}
		}
	}
	return nil
}

// checkOneHot returns an error unless the rows of y are one-hot or
// probabilities. The error names the taker as what requires them; "" means the
// caller.
func checkOneHot(op, taker string, y *mat.Dense) error {
	for i := range y.RawMatrix().Rows {
		if err := checkDistribution(y.RawRowView(i)); err != nil {
			return fmt.Errorf("mlp: %s: y row %d %w, %s one-hot rows or probabilities", op, i, err, wanting(taker))
		}
	}
	return nil
}

// wanting returns the start of the requirement in an error of the taker; ""
// means the caller.
func wanting(taker string) string {
	if taker == "" {
		return "want"
	}
	return taker + " takes"
}

// checkDistribution returns an error unless the entries of row are
// probabilities that sum to one. The tolerance allows for numbers that were
// float32 before.
func checkDistribution(row []float64) error {
	const tolerance = 1e-6
	sum := 0.0
	for j, v := range row {
		if v < 0 || v > 1 {
			return fmt.Errorf("has %g in column %d", v, j)
		}
		sum += v
	}
	if math.Abs(sum-1) > tolerance {
		return fmt.Errorf("sums to %g", sum)
	}
	return nil
}

// checkPositive returns an error unless v is a finite number above 0.
func checkPositive(field string, v float64) error {
	if !(v > 0) || math.IsInf(v, 1) {
		return fmt.Errorf("%s is %g, want a finite number above 0", field, v)
	}
	return nil
}

// checkPositiveOr is checkPositive for a field that may be 0 for something else,
// such as "the default".
func checkPositiveOr(field string, v float64, zero string) error {
	if v == 0 {
		return nil
	}
	if err := checkPositive(field, v); err != nil {
		return fmt.Errorf("%w (or 0 for %s)", err, zero)
	}
	return nil
}

// checkNonNegative returns an error unless v is a finite number of at least 0.
func checkNonNegative(field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return fmt.Errorf("%s is %g, want a finite number of at least 0", field, v)
	}
	return nil
}

// checkFraction returns an error unless v is in [0, 1).
func checkFraction(field string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("%s is %g, want a number in [0, 1)", field, v)
	}
	return nil
}

// checkShare returns an error unless v is in [0, 1], as the end of what falls is
// and the start of what rises.
func checkShare(field string, v float64) error {
	if err := checkNonNegative(field, v); err != nil {
		return err
	}
	if v > 1 {
		return fmt.Errorf("%s is %g, want at most 1", field, v)
	}
	return nil
}

// checkCount returns an error for a negative n, where 0 means the default.
func checkCount(field string, n int) error {
	if n < 0 {
		return fmt.Errorf("%s is %d, want at least 1 (or 0 for the default)", field, n)
	}
	return nil
}

// validate returns the error of v if it is a Validator.
func validate(v any) error {
	if v, ok := v.(Validator); ok {
		return v.Validate()
	}
	return nil
}

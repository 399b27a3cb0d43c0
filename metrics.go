package mlp

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ErrorRate returns the share of rows in which the prediction yhat differs from
// the target y. Both are either n×1 labels, as BinaryClassifier.Predict returns
// them, which are compared directly, or n×k, which are compared by
// OneHotErrorRate. For labels of which a row may have several, use
// NewLabelReport.
func ErrorRate(y, yhat mat.Matrix) (float64, error) {
	return errorRate("ErrorRate", y, yhat)
}

// OneHotErrorRate returns the share of rows in which the largest entry of the
// prediction yhat is in a different column than the largest entry of the target
// y. Of equal entries the first counts. Both are n×k, k > 1. Labels, of which a
// row may have several or none, are an error: a row of 0s and 1s must have
// exactly one 1.
func OneHotErrorRate(y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs("OneHotErrorRate", y, yhat)
	if err != nil {
		return 0, err
	}
	if _, cols := a.Dims(); cols == 1 {
		return 0, &ShapeError{Op: "OneHotErrorRate", Subject: "y", Got: 1, Unit: "columns", Wanting: "want at least", Want: 2}
	}
	return classErrorRate("OneHotErrorRate", a, b)
}

// Accuracy returns 1 − ErrorRate(y, yhat), the share of rows that are predicted
// correctly.
func Accuracy(y, yhat mat.Matrix) (float64, error) {
	rate, err := errorRate("Accuracy", y, yhat)
	if err != nil {
		return 0, err
	}
	return 1 - rate, nil
}

// R2 returns the coefficient of determination, averaged over the columns of
// the n×k targets y and predictions yhat:
//
//	R² = 1 − Σ (y−ŷ)²/Σ (y−ȳ)²
//
// It is 1 for perfect predictions and 0 for those no better than the mean ȳ.
// A column of equal targets counts 1 if it is predicted exactly, else 0, as
// in scikit-learn's r2_score. Of a single row it is not defined, and NaN.
func R2(y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs("R2", y, yhat)
	if err != nil {
		return 0, err
	}
	s := newR2Scorer(a)
	s.add(b, a)
	return s.score(), nil
}

func metricArgs(op string, y, yhat mat.Matrix) (a, b *mat.Dense, err error) {
	if a, err = toDense(op, "y", y); err != nil {
		return nil, nil, err
	}
	if b, err = toDense(op, "yhat", yhat); err != nil {
		return nil, nil, err
	}
	return a, b, cmp.Or(sameSize(op, "yhat", b, "y", a), checkFinite(op, "y", a), checkFinite(op, "yhat", b))
}

func errorRate(op string, y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return 0, err
	}
	if _, cols := a.Dims(); cols > 1 {
		return classErrorRate(op, a, b)
	}
	if err := cmp.Or(checkWhole(op, "y", a), checkWhole(op, "yhat", b)); err != nil {
		return 0, err
	}
	return shareOfRows(a, func(i int) bool { return a.At(i, 0) != b.At(i, 0) }), nil
}

// classErrorRate is OneHotErrorRate for arguments that have been checked except
// for labels.
func classErrorRate(op string, y, yhat *mat.Dense) (float64, error) {
	if err := cmp.Or(checkNoLabels(op, "y", y), checkNoLabels(op, "yhat", yhat)); err != nil {
		return 0, err
	}
	return shareOfRows(y, func(i int) bool { return argmax(y.RawRowView(i)) != argmax(yhat.RawRowView(i)) }), nil
}

// shareOfRows returns the share of the rows of y, numbered by i, that count.
func shareOfRows(y *mat.Dense, counts func(i int) bool) float64 {
	rows, _ := y.Dims()
	n := 0
	for i := range rows {
		if counts(i) {
			n++
		}
	}
	return float64(n) / float64(rows)
}

// checkWhole returns an error for a label that is no whole number, as
// probabilities are not.
func checkWhole(op, name string, m *mat.Dense) error {
	for i := range m.RawMatrix().Rows {
		if v := m.At(i, 0); v != math.Trunc(v) {
			return fmt.Errorf("mlp: %s: %s[%d,0] is %g, want a label, which is a whole number: of probabilities there are LogLoss, BrierScore and ROCAUC", op, name, i, v)
		}
	}
	return nil
}

// checkNoLabels returns an error for a row of 0 and 1 that has not one 1.
func checkNoLabels(op, name string, m *mat.Dense) error {
	rows, _ := m.Dims()
	for i := range rows {
		row := m.RawRowView(i)
		fractions := slices.ContainsFunc(row, func(v float64) bool { return v != 0 && v != 1 })
		if ones := int(sumOf(row)); ones != 1 && !fractions {
			return fmt.Errorf("mlp: %s: %s row %d has %d labels, want one class; NewLabelReport compares labels", op, name, i, ones)
		}
	}
	return nil
}

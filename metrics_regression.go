package mlp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
)

// MSE returns the mean squared error, the mean of (ŷ−y)² over all entries of
// the n×k targets y and predictions yhat.
func MSE(y, yhat mat.Matrix) (float64, error) {
	return meanError("MSE", y, yhat, squaredError)
}

func squaredError(y, yhat float64) float64 { return (yhat - y) * (yhat - y) }

// RMSE returns the root of the mean squared error of each column of the n×k
// targets y and predictions yhat, averaged over the columns.
func RMSE(y, yhat mat.Matrix) (float64, error) {
	return meanOverColumns("RMSE", y, yhat, func(y, yhat []float64) float64 {
		r := rootMeanSquare(y, yhat, 1)
		if r >= 0x1p-480 && !math.IsInf(r, 1) {
			return r
		}
		// The squares overflow or underflow: factor out a power of two.
		_, exp := math.Frexp(floats.Distance(y, yhat, math.Inf(1)))
		return rootMeanSquare(y, yhat, math.Ldexp(1, min(-exp, 1000)))
	})
}

// rootMeanSquare returns √(Σ (ŷ−y)²/n) with the differences multiplied by
// scale.
func rootMeanSquare(y, yhat []float64, scale float64) float64 {
	var sum compensated.Sum
	for i, v := range yhat {
		d := (v - y[i]) * scale
		sum.Add(d * d)
	}
	return math.Sqrt(sum.Value()/float64(len(y))) / scale
}

// MAE returns the mean absolute error, the mean of |ŷ−y| over all entries of
// the n×k targets y and predictions yhat.
func MAE(y, yhat mat.Matrix) (float64, error) {
	return meanError("MAE", y, yhat, func(y, yhat float64) float64 { return math.Abs(yhat - y) })
}

// MedianAbsoluteError returns the median of |ŷ−y| of each column of the n×k
// targets y and predictions yhat, averaged over the columns. It is robust to
// single outliers.
func MedianAbsoluteError(y, yhat mat.Matrix) (float64, error) {
	return meanOverColumns("MedianAbsoluteError", y, yhat, func(y, yhat []float64) float64 {
		for i, v := range yhat {
			yhat[i] = math.Abs(v - y[i])
		}
		slices.Sort(yhat)
		half := len(yhat) / 2
		if len(yhat)%2 == 1 {
			return yhat[half]
		}
		return (yhat[half-1] + yhat[half]) / 2
	})
}

// MAPE returns the mean absolute percentage error as a fraction, the mean of
// |ŷ−y|/max(|y|, ε), ε = 2⁻⁵², over all entries of the n×k targets y and
// predictions yhat. As in scikit-learn it is huge where a target is 0.
func MAPE(y, yhat mat.Matrix) (float64, error) {
	return meanError("MAPE", y, yhat, func(y, yhat float64) float64 {
		return math.Abs(yhat-y) / max(math.Abs(y), 0x1p-52)
	})
}

// PinballLoss returns the mean of q·(y−ŷ) where ŷ ≤ y and (1−q)·(ŷ−y) elsewhere
// over all entries of the n×k targets y and predictions yhat: how well yhat
// predicts the q-quantile of y, q in [0, 1]. Quantile is the loss to train for
// it.
func PinballLoss(y, yhat mat.Matrix, q float64) (float64, error) {
	if !(q >= 0 && q <= 1) {
		return 0, fmt.Errorf("mlp: PinballLoss: q is %g, want a number in [0, 1]", q)
	}
	return meanError("PinballLoss", y, yhat, func(y, yhat float64) float64 {
		if yhat <= y {
			return q * (y - yhat)
		}
		return (1 - q) * (yhat - y)
	})
}

// ExplainedVariance returns 1 − Var(y−ŷ)/Var(y), averaged over the columns of
// the n×k targets y and predictions yhat. It is R2 but for errors that are the
// same in all rows, which it does not see. A column of equal targets counts 1
// if the errors are all the same, else 0, as in scikit-learn. Of a single row
// it is not defined, and NaN.
func ExplainedVariance(y, yhat mat.Matrix) (float64, error) {
	return meanOverColumns("ExplainedVariance", y, yhat, func(y, yhat []float64) float64 {
		if len(y) < 2 {
			return math.NaN()
		}
		// By a power of two that keeps the squares from overflow and underflow
		// and changes no bit of a score.
		_, exp := math.Frexp(max(floats.Norm(y, math.Inf(1)), floats.Norm(yhat, math.Inf(1))))
		scale := math.Ldexp(1, min(-exp, 1000))
		floats.Scale(scale, y)
		floats.Scale(scale, yhat)
		floats.Sub(yhat, y)
		residual, total := variance(yhat), variance(y)
		switch {
		case residual == 0:
			return 1
		case total == 0:
			return 0
		}
		return 1 - residual/total
	})
}

// variance returns the population variance of s, exactly 0 if all entries are
// equal: rounding in the mean must not look like variance.
func variance(s []float64) float64 {
	if floats.Min(s) == floats.Max(s) {
		return 0
	}
	n := float64(len(s))
	var sum, squares compensated.Sum
	for _, v := range s {
		sum.Add(v)
	}
	mean := sum.Value() / n
	for _, v := range s {
		squares.Add((v - mean) * (v - mean))
	}
	return squares.Value() / n
}

// meanError returns the mean of f over all entries.
func meanError(op string, y, yhat mat.Matrix, f func(y, yhat float64) float64) (float64, error) {
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return 0, err
	}
	rows, cols := a.Dims()
	return sumOverEntries(a, b, f) / float64(rows*cols), nil
}

// sumOverEntries returns the sum of f over all entries, row by row.
func sumOverEntries(y, yhat *mat.Dense, f func(y, yhat float64) float64) float64 {
	var sum compensated.Sum
	eachEntry(y, yhat, func(y, yhat float64) { sum.Add(f(y, yhat)) })
	return sum.Value()
}

// eachEntry calls do for all entries, row by row.
func eachEntry(y, yhat *mat.Dense, do func(y, yhat float64)) {
	rows, _ := y.Dims()
	for i := range rows {
		t := y.RawRowView(i)
		for j, v := range yhat.RawRowView(i) {
			do(t[j], v)
		}
	}
}

// meanOverColumns returns the mean of f over the columns, which are passed as
// copies.
func meanOverColumns(op string, y, yhat mat.Matrix, f func(y, yhat []float64) float64) (float64, error) {
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return 0, err
	}
	rows, cols := a.Dims()
	t, p := make([]float64, rows), make([]float64, rows)
	sum := 0.0
	for j := range cols {
		sum += f(mat.Col(t, j, a), mat.Col(p, j, b))
	}
	return sum / float64(cols), nil
}

package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
	"example.com/mlp/internal/kernel"
)

// LogLoss returns the mean of −log p, where p is the probability that yhat
// gives to the class in y. Probabilities are first clipped to [ε, 1−ε] with
// ε = 2⁻⁵², and the rows of a matrix are then rescaled to sum to one, as in
// scikit-learn's log_loss.
//
// Either y is n×1 of 0s and 1s and yhat holds the probabilities of class 1, or
// both are n×k and yhat holds the probabilities of the classes. A row of y may
// also hold a probability for each class; the mean is then that of −Σ y·log p.
func LogLoss(y, yhat mat.Matrix) (float64, error) {
	a, b, err := probabilityArgs("LogLoss", y, yhat)
	if err != nil {
		return 0, err
	}
	rows, _ := a.Dims()
	var sum compensated.Sum
	logLosses(a, b, sum.Add)
	return sum.Value() / float64(rows), nil
}

// logLosses calls add for the terms of which LogLoss is the sum, divided by the
// number of rows.
func logLosses(y, yhat *mat.Dense, add func(v float64)) {
	const epsilon = 0x1p-52
	limit := func(p float64) float64 { return min(max(p, epsilon), 1-epsilon) }
	rows, cols := y.Dims()
	limited := make([]float64, cols)
	for i := range rows {
		y, p := y.RawRowView(i), yhat.RawRowView(i)
		if cols == 1 {
			p := limit(p[0])
			if y[0] == 0 {
				p = 1 - p
			}
			add(-kernel.Log(p))
			continue
		}
		for j, v := range p {
			limited[j] = limit(v)
		}
		total := sumOf(limited)
		for j, v := range limited {
			if y[j] != 0 {
				add(-y[j] * kernel.Log(v/total))
			}
		}
	}
}

// BrierScore returns the mean over the rows of Σ (p−y)², summed over the
// columns (Brier, 1950): 0 is perfect. The arguments are those of LogLoss. With
// one column it is half the value that two columns give for the same
// probabilities.
func BrierScore(y, yhat mat.Matrix) (float64, error) {
	a, b, err := probabilityArgs("BrierScore", y, yhat)
	if err != nil {
		return 0, err
	}
	rows, _ := a.Dims()
	return sumOverEntries(a, b, squaredError) / float64(rows), nil
}

// TopKAccuracy returns the share of rows in which the class in y has one of the
// k largest entries of yhat; of equal entries, earlier ones rank higher. Both
// are n×c, y as for LogLoss, and k is in [1, c]. With k = 1 it is Accuracy.
func TopKAccuracy(y, yhat mat.Matrix, k int) (float64, error) {
	const op = "TopKAccuracy"
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return 0, err
	}
	_, cols := a.Dims()
	if cols < 2 {
		return 0, &ShapeError{Op: op, Subject: "y", Got: cols, Unit: "columns", Wanting: "it takes at least", Want: 2}
	}
	if k < 1 || k > cols {
		return 0, fmt.Errorf("mlp: %s: k is %d, want a number in [1, %d]", op, k, cols)
	}
	if err := checkClasses(op, a); err != nil {
		return 0, err
	}
	return shareOfRows(a, func(i int) bool { return rankOf(b.RawRowView(i), argmax(a.RawRowView(i))) < k }), nil
}

// rankOf returns how many entries of s come before entry j, ordered by
// descending value and then by position.
func rankOf(s []float64, j int) int {
	rank := 0
	for i, v := range s {
		if v > s[j] || v == s[j] && i < j {
			rank++
		}
	}
	return rank
}

// probabilityArgs returns the arguments of a metric that compares targets with
// probabilities.
func probabilityArgs(op string, y, yhat mat.Matrix) (a, b *mat.Dense, err error) {
	if a, b, err = metricArgs(op, y, yhat); err != nil {
		return nil, nil, err
	}
	rows, cols := a.Dims()
	if err := checkClasses(op, a); err != nil {
		return nil, nil, err
	}
	for i := range rows {
		row := b.RawRowView(i)
		if cols == 1 && (row[0] < 0 || row[0] > 1) {
			return nil, nil, fmt.Errorf("mlp: %s: yhat[%d,0] is %g, want a probability", op, i, row[0])
		}
		if cols > 1 {
			if err := checkDistribution(row); err != nil {
				return nil, nil, fmt.Errorf("mlp: %s: yhat row %d %w, want probabilities that sum to one", op, i, err)
			}
		}
	}
	return a, b, nil
}

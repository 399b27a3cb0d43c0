package mlp

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
)

// A ROCPoint is a point of a receiver operating characteristic curve.
type ROCPoint struct {
	Threshold float64 // rows with at least this score count as class 1
	FPR       float64 // false positive rate: share of class 0 that does
	TPR       float64 // true positive rate: share of class 1 that does
}

// ROC returns the receiver operating characteristic curve of the scores yhat
// for the targets y, from the threshold +Inf, where no row counts as class 1,
// to the smallest score, where all do. Points halfway between their neighbors
// are omitted, as in scikit-learn.
//
// y is n×1 of 0s and 1s, and both must occur. yhat is n×1, as
// BinaryClassifier.Probabilities returns it; any numbers that are larger for
// class 1 will do.
func ROC(y, yhat mat.Matrix) ([]ROCPoint, error) {
	r, err := newRanking("ROC", y, yhat)
	if err != nil {
		return nil, err
	}
	if r.negatives() == 0 {
		return nil, errors.New("mlp: ROC: y has no 0, want both classes")
	}
	points := []ROCPoint{{Threshold: math.Inf(1)}}
	last := len(r) - 1
	for i, c := range r {
		if i > 0 && i < last && c.between(r[i-1], r[i+1]) {
			continue
		}
		points = append(points, ROCPoint{c.threshold, c.fp / r.negatives(), c.tp / r.positives()})
	}
	return points, nil
}

// ROCAUC returns the area under the ROC curve: the probability that a row of
// class 1 has a higher score than a row of class 0, where equal scores count
// half.
//
// The arguments are those of ROC, or n×k with a column for each class, which is
// then compared with all other classes; the result is the mean over the columns
// (one-vs-rest, macro average). Classifier.Predict returns such a yhat.
func ROCAUC(y, yhat mat.Matrix) (float64, error) {
	return meanOfRankings("ROCAUC", y, yhat, func(r ranking) (float64, error) {
		if r.negatives() == 0 {
			return 0, errors.New("has no 0, want both classes")
		}
		area, before := 0.0, cut{} // the area in units of half a pair of rows, a whole number
		for _, c := range r {
			area += float64((c.fp - before.fp) * (c.tp + before.tp))
			before = c
		}
		return area / (2 * r.negatives() * r.positives()), nil
	})
}

// A PRPoint is a point of a precision-recall curve.
type PRPoint struct {
	Threshold float64 // rows with at least this score count as class 1
	Precision float64 // share of these that are of class 1
	Recall    float64 // share of class 1 that is among them
}

// PrecisionRecall returns the precision-recall curve of the scores yhat for the
// targets y, with a point for each distinct score, from the threshold +Inf,
// where recall is 0 and precision is defined as 1, to the smallest score.
//
// The arguments are those of ROC, except that y need not have rows of class 0.
func PrecisionRecall(y, yhat mat.Matrix) ([]PRPoint, error) {
	r, err := newRanking("PrecisionRecall", y, yhat)
	if err != nil {
		return nil, err
	}
	points := []PRPoint{{Threshold: math.Inf(1), Precision: 1}}
	for _, c := range r {
		points = append(points, PRPoint{c.threshold, c.tp / (c.tp + c.fp), c.tp / r.positives()})
	}
	return points, nil
}

// AveragePrecision returns Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the points of the
// precision-recall curve, where Pᵢ is precision and Rᵢ recall. For n×k
// arguments it is the mean over the columns, as in ROCAUC.
func AveragePrecision(y, yhat mat.Matrix) (float64, error) {
	return meanOfRankings("AveragePrecision", y, yhat, func(r ranking) (float64, error) {
		var sum compensated.Sum
		before := cut{}
		for _, c := range r {
			sum.Add((c.tp - before.tp) * (c.tp / (c.tp + c.fp)))
			before = c
		}
		return sum.Value() / r.positives(), nil
	})
}

// A ranking has a cut for each threshold, from the highest score down.
type ranking []cut

// A cut counts the rows whose score is at least a threshold.
type cut struct {
	threshold float64
	fp, tp    float64 // rows of class 0 and 1, whole numbers
}

func (r ranking) negatives() float64 { return r[len(r)-1].fp }
func (r ranking) positives() float64 { return r[len(r)-1].tp }

// between reports whether c lies halfway between a and b.
func (c cut) between(a, b cut) bool {
	return c.fp-a.fp == b.fp-c.fp && c.tp-a.tp == b.tp-c.tp
}

// newRanking returns the ranking of n×1 arguments.
func newRanking(op string, y, yhat mat.Matrix) (ranking, error) {
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return nil, err
	}
	if _, cols := a.Dims(); cols != 1 {
		return nil, &ShapeError{Op: op, Subject: "y", Got: cols, Unit: "columns", Wanting: "it takes", Want: 1}
	}
	if err := checkLabels(op, "y", "", a); err != nil {
		return nil, err
	}
	r := rank(a, b, 0)
	if r.positives() == 0 {
		return nil, fmt.Errorf("mlp: %s: y has no 1, want at least one", op)
	}
	return r, nil
}

// meanOfRankings returns the mean of f over the rankings of all columns. The
// text of f's error continues after "y column 3".
func meanOfRankings(op string, y, yhat mat.Matrix, f func(ranking) (float64, error)) (float64, error) {
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return 0, err
	}
	if err := checkLabels(op, "y", "", a); err != nil {
		return 0, err
	}
	_, cols := a.Dims()
	sum := 0.0
	for j := range cols {
		r := rank(a, b, j)
		if r.positives() == 0 {
			return 0, fmt.Errorf("mlp: %s: y column %d has no 1, want at least one", op, j)
		}
		v, err := f(r)
		if err != nil {
			return 0, fmt.Errorf("mlp: %s: y column %d %w", op, j, err)
		}
		sum += v
	}
	return sum / float64(cols), nil
}

// rank returns the ranking of column j. The scores of the two classes are
// sorted separately, which needs no indices, and then merged.
func rank(y, scores *mat.Dense, j int) ranking {
	var negatives, positives []float64
	rows, _ := y.Dims()
	for i := range rows {
		if score := scores.RawRowView(i)[j]; y.RawRowView(i)[j] == 1 {
			positives = append(positives, score)
		} else {
			negatives = append(negatives, score)
		}
	}
	slices.Sort(negatives)
	slices.Sort(positives)
	var r ranking
	for fp, tp := len(negatives), len(positives); fp+tp > 0; {
		threshold := math.Inf(-1)
		if fp > 0 {
			threshold = negatives[fp-1]
		}
		if tp > 0 {
			threshold = max(threshold, positives[tp-1])
		}
		for fp > 0 && negatives[fp-1] == threshold {
			fp--
		}
		for tp > 0 && positives[tp-1] == threshold {
			tp--
		}
		r = append(r, cut{threshold, float64(len(negatives) - fp), float64(len(positives) - tp)})
	}
	return r
}

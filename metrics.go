package mlp

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ErrorRate returns the share of rows in which the prediction yhat differs
// from the target y. Both are n×1 labels that are compared as they are, such
// as BinaryClassifier.Predict returns them, or n×k and then compared by
// OneHotErrorRate.
func ErrorRate(y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs("ErrorRate", y, yhat)
	if err != nil {
		return 0, err
	}
	return errorRate(a, b), nil
}

// OneHotErrorRate returns the share of rows in which the largest entry of the
// prediction yhat is in another column than the largest entry of the target
// y. Of equal entries the first counts. Both are n×k.
func OneHotErrorRate(y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs("OneHotErrorRate", y, yhat)
	if err != nil {
		return 0, err
	}
	return oneHotErrorRate(a, b), nil
}

// Accuracy returns 1 − ErrorRate(y, yhat), the share of rows that are right.
func Accuracy(y, yhat mat.Matrix) (float64, error) {
	a, b, err := metricArgs("Accuracy", y, yhat)
	if err != nil {
		return 0, err
	}
	return 1 - errorRate(a, b), nil
}

// R2 returns the coefficient of determination, averaged over the columns of
// the n×k targets y and predictions yhat:
//
//	R² = 1 − Σ (y−ŷ)²/Σ (y−ȳ)²
//
// It is 1 for perfect predictions and 0 for those no better than the mean ȳ.
// A column of equal targets counts 1 if it is predicted exactly, else 0, as
// in scikit-learn's r2_score.
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
	ar, ac := a.Dims()
	br, bc := b.Dims()
	if ar != br {
		return nil, nil, &ShapeError{Op: op, Subject: "yhat", Got: br, Unit: "rows", Wanting: "y has", Want: ar}
	}
	if ac != bc {
		return nil, nil, &ShapeError{Op: op, Subject: "yhat", Got: bc, Unit: "columns", Wanting: "y has", Want: ac}
	}
	if err := checkFinite(op, "y", a); err != nil {
		return nil, nil, err
	}
	if err := checkFinite(op, "yhat", b); err != nil {
		return nil, nil, err
	}
	return a, b, nil
}

func errorRate(y, yhat *mat.Dense) float64 {
	rows, cols := y.Dims()
	if cols > 1 {
		return oneHotErrorRate(y, yhat)
	}
	wrong := 0
	for i := range rows {
		if y.At(i, 0) != yhat.At(i, 0) {
			wrong++
		}
	}
	return float64(wrong) / float64(rows)
}

func oneHotErrorRate(y, yhat *mat.Dense) float64 {
	rows, _ := y.Dims()
	wrong := 0
	for i := range rows {
		if argmax(y.RawRowView(i)) != argmax(yhat.RawRowView(i)) {
			wrong++
		}
	}
	return float64(wrong) / float64(rows)
}

// A scorer computes the score of a network over rows that come in batches.
type scorer interface {
	reset()
	add(out, y *mat.Dense) // out are outputs of the network for targets y
	score() float64        // of the rows added since reset
}

// thresholdScorer is the accuracy of one output that means class 1 from cut
// upwards.
type thresholdScorer struct {
	cut         float64
	rows, right int
}

func (s *thresholdScorer) reset()         { s.rows, s.right = 0, 0 }
func (s *thresholdScorer) score() float64 { return float64(s.right) / float64(s.rows) }

func (s *thresholdScorer) add(out, y *mat.Dense) {
	rows, _ := out.Dims()
	for i := range rows {
		if (out.RawRowView(i)[0] >= s.cut) == (y.RawRowView(i)[0] == 1) {
			s.right++
		}
	}
	s.rows += rows
}

// argmaxScorer is the accuracy of the largest output.
type argmaxScorer struct{ rows, right int }

func (s *argmaxScorer) reset()         { s.rows, s.right = 0, 0 }
func (s *argmaxScorer) score() float64 { return float64(s.right) / float64(s.rows) }

func (s *argmaxScorer) add(out, y *mat.Dense) {
	rows, _ := out.Dims()
	for i := range rows {
		if argmax(out.RawRowView(i)) == argmax(y.RawRowView(i)) {
			s.right++
		}
	}
	s.rows += rows
}

// r2Scorer is R² with respect to the means of all targets, which are known
// from the start.
type r2Scorer struct {
	scale    []float64 // by column, a power of two that keeps the squares from overflow and underflow
	total    []float64 // Σ (y−ȳ)² by column, scaled; 0 where the column is constant
	residual []float64 // Σ (y−ŷ)² by column, scaled
}

func newR2Scorer(y *mat.Dense) *r2Scorer {
	rows, cols := y.Dims()
	s := &r2Scorer{scale: ones(cols).RawRowView(0), total: make([]float64, cols), residual: make([]float64, cols)}
	col := make([]float64, rows)
	for j := range cols {
		mat.Col(col, j, y)
		lo, hi := floats.Min(col), floats.Max(col)
		if lo == hi {
			continue // rounding in the mean must not look like variance
		}
		_, exp := math.Frexp(hi/2 - lo/2)
		s.scale[j] = math.Ldexp(1, min(-exp, 1000))
		floats.Scale(s.scale[j], col)
		mean := floats.Sum(col) / float64(rows)
		for _, v := range col {
			s.total[j] += float64((v - mean) * (v - mean))
		}
	}
	return s
}

func (s *r2Scorer) reset() { clear(s.residual) }

func (s *r2Scorer) add(out, y *mat.Dense) {
	rows, _ := out.Dims()
	for i := range rows {
		t := y.RawRowView(i)
		for j, v := range out.RawRowView(i) {
			d := float64(v*s.scale[j]) - float64(t[j]*s.scale[j])
			s.residual[j] += float64(d * d)
		}
	}
}

func (s *r2Scorer) score() float64 {
	sum := 0.0
	for j, total := range s.total {
		switch {
		case total != 0:
			sum += 1 - s.residual[j]/total
		case s.residual[j] == 0:
			sum++
		}
	}
	return max(sum/float64(len(s.total)), -math.MaxFloat64) // finite, however bad
}

// argmax returns the index of the largest entry, the first of equals.
func argmax(s []float64) int {
	best := 0
	for i, v := range s {
		if v > s[best] {
			best = i
		}
	}
	return best
}

// logit returns log(p/(1−p)), the inverse of the logistic function.
func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

package trust

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
)

// A Bin compares probabilities of similar size with the observed outcomes.
type Bin struct {
	Rows      int     `json:"rows"`      // number of these probabilities
	Predicted float64 `json:"predicted"` // their mean
	Observed  float64 `json:"observed"`  // share of rows in which the predicted event occurred
}

// Reliability returns the points of a reliability diagram, in which calibrated
// probabilities lie on the diagonal. It sorts the rows into this many bins of
// equal width in [0, 1]; empty bins are left out.
//
// For two classes, it compares the probability of class 1 with the share of
// class 1, like scikit-learn's calibration_curve; n×1 targets y and
// probabilities p of class 1 give the same result as n×2 ones of both classes. A
// network is then overconfident if the points lie above the diagonal on the left
// and below it on the right. For more classes, it compares the largest
// probability of a row with the share of rows in which it belongs to the class
// in y.
func Reliability(y, p mat.Matrix, bins int) ([]Bin, error) {
	return reliability("Reliability", y, p, bins)
}

// CalibrationError returns the expected calibration error, the mean of
// |Predicted − Observed| over the bins of Reliability, weighted by their rows
// (Naeini et al., 2015). For calibrated probabilities it is close to 0.
func CalibrationError(y, p mat.Matrix, bins int) (float64, error) {
	all, err := reliability("CalibrationError", y, p, bins)
	if err != nil {
		return 0, err
	}
	sum, rows := 0.0, 0
	for _, b := range all {
		sum += float64(float64(b.Rows) * math.Abs(b.Predicted-b.Observed))
		rows += b.Rows
	}
	return sum / float64(rows), nil
}

func reliability(op string, y, p mat.Matrix, bins int) ([]Bin, error) {
	if bins < 1 || bins > maxBins {
		return nil, fmt.Errorf("trust: %s: %d bins, want a number in [1, %d]", op, bins, maxBins)
	}
	classes, pd, err := judged(op, y, p)
	if err != nil {
		return nil, err
	}
	inner := make([]float64, bins-1) // the edges between bins
	for b := range inner {
		inner[b] = float64(b+1) * (1 / float64(bins))
	}
	all := make([]Bin, bins)
	sums := make([]compensated.Sum, bins)
	hits := make([]int, bins)
	_, cols := pd.Dims()
	for i, class := range classes {
		row := pd.RawRowView(i)
		predicted, p := 1, row[cols-1]
		if cols > 2 {
			predicted = floats.MaxIdx(row)
			p = row[predicted]
		}
		b := sort.SearchFloat64s(inner, p)
		all[b].Rows++
		sums[b].Add(p)
		if class == predicted {
			hits[b]++
		}
	}
	used := all[:0]
	for b, bin := range all {
		if bin.Rows > 0 {
			n := float64(bin.Rows)
			used = append(used, Bin{bin.Rows, sums[b].Value() / n, float64(hits[b]) / n})
		}
	}
	return used, nil
}

// maxBins bounds the number of bins.
const maxBins = 1 << 20

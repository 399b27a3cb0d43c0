package dataset

import (
	"errors"
	"fmt"
	"sort"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/order"
)

// A QuantileScaler maps every column of a matrix to the interval [0, 1] so that
// the rows it was fitted to lie there evenly, whatever their distribution was:
// an entry becomes the share of those rows that lie below it. Entries outside
// the range of those rows become 0 or 1, so that Inverse returns the end of the
// range for them. See [Scaler] for its methods and their errors.
type QuantileScaler struct {
	// Quantiles holds for every column the numbers, in ascending order, that
	// become 0, 1/(q−1), 2/(q−1), ..., 1. In between it is linear.
	Quantiles [][]float64
}

// maxQuantiles is the number of quantiles that are kept of a column.
const maxQuantiles = 1000

// FitQuantileScaler returns the scaler for the columns of x, with as many
// quantiles as x has rows but no more than 1000, as scikit-learn's
// QuantileTransformer with a uniform output. All rows count, where
// scikit-learn draws some of very many. The quantiles of a column that is
// constant up to rounding, as FitStandardScaler has it, are all its largest
// number.
//
// It is an error if x is nil or empty or holds a NaN or an infinity.
func FitQuantileScaler(x mat.Matrix) (*QuantileScaler, error) {
	s := &QuantileScaler{}
	err := fitColumns("FitQuantileScaler", x, func(_ int, values []float64) error {
		column := &series{values: values}
		s.Quantiles = append(s.Quantiles, quantiles(column, maxQuantiles, isConstant(column)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Transform returns for every entry of x the share of the fitted rows below
// it, in a new matrix. Equal rows count half.
func (s *QuantileScaler) Transform(x mat.Matrix) (*mat.Dense, error) {
	return s.apply("QuantileScaler.Transform", "x", x, shareBelow)
}

// Inverse returns for every share in z the quantile, in a new matrix. Shares
// below 0 are taken for 0 and above 1 for 1.
func (s *QuantileScaler) Inverse(z mat.Matrix) (*mat.Dense, error) {
	return s.apply("QuantileScaler.Inverse", "z", z, func(knots []float64, share float64) float64 {
		return order.Quantile(knots, min(max(share, 0), 1))
	})
}

func (s *QuantileScaler) apply(op, name string, m mat.Matrix, f func(knots []float64, v float64) float64) (*mat.Dense, error) {
	if s == nil || len(s.Quantiles) == 0 {
		return nil, fmt.Errorf("dataset: %s: the scaler is empty", op)
	}
	for j, knots := range s.Quantiles {
		if err := checkQuantiles(knots); err != nil {
			return nil, fmt.Errorf("dataset: %s: the scaler has in column %d %w", op, j, err)
		}
	}
	return mapColumns(op, name, m, len(s.Quantiles), func(j int, v float64) float64 { return f(s.Quantiles[j], v) })
}

// checkQuantiles returns an error unless the knots are finite and ascend.
func checkQuantiles(knots []float64) error {
	if len(knots) == 0 {
		return errors.New("no quantiles")
	}
	for i, v := range knots {
		if !finite(v) {
			return fmt.Errorf("quantile %d = %g", i, v)
		}
		if i > 0 && v < knots[i-1] {
			return fmt.Errorf("quantile %d = %g below quantile %d = %g", i, v, i-1, knots[i-1])
		}
	}
	return nil
}

// quantiles returns at most this many quantiles of the column.
func quantiles(column sample, most int, constant bool) []float64 {
	knots := make([]float64, min(column.rows(), most))
	for i := range knots {
		switch {
		case constant:
			knots[i] = column.at(column.rows() - 1)
		case column.rows() <= most:
			knots[i] = column.at(i)
		default:
			knots[i] = quantile(column, float64(i)/float64(most-1))
		}
		if i > 0 {
			knots[i] = max(knots[i], knots[i-1]) // against rounding
		}
	}
	return knots
}

// shareBelow returns where v lies among the knots: 0 at the first, 1 at the
// last. For another number that several knots hold it is the middle of their
// shares.
func shareBelow(knots []float64, v float64) float64 {
	switch {
	case v <= knots[0]:
		return 0
	case v >= knots[len(knots)-1]:
		return 1
	}
	return shareAmong(knots, v)
}

// shareAmong is shareBelow with the middle of their shares for several knots at
// the ends, too.
func shareAmong(knots []float64, v float64) float64 {
	last := len(knots) - 1
	above := sort.SearchFloat64s(knots, v) // the first knot that is not below v
	switch {
	case above > last:
		return 1
	case knots[above] == v:
		after := above + 1
		for after <= last && knots[after] == v {
			after++
		}
		if last == 0 {
			return 0
		}
		return float64(above+after-1) / 2 / float64(last)
	case above == 0:
		return 0
	}
	lo, hi := knots[above-1], knots[above]
	// Halves do not overflow.
	t := (v/2 - lo/2) / (hi/2 - lo/2)
	return (float64(above-1) + t) / float64(last)
}

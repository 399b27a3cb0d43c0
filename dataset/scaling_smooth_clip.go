package dataset

import (
	"math"

	"example.com/mlp/internal/moments"
)

// medianAndRange returns the median of the column and what to divide the
// distances from it by: as medianAndScale, but half the range of a column whose
// quartiles alone are equal.
func medianAndRange(column sample, constant bool) (median, scale float64, err error) {
	first, median, third := quartiles(column)
	switch {
	case constant:
		return median, 1, nil
	case moments.IsConstant(median, third-first):
		scale, err = positiveRange(column.ends())
		return median, scale / 2, err
	}
	scale, err = positiveRange(first, third)
	return median, scale, err
}

// smoothClip returns z/√(1+(z/3)²), which is like z near 0 and stays within ±3.
func smoothClip(z float64) float64 {
	t := z / 3
	if math.Abs(t) > 1e8 {
		return math.Copysign(3, z) // whose square may overflow
	}
	return z / math.Sqrt(1+float64(t*t))
}

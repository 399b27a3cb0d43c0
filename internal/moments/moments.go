// Package moments computes means and standard deviations that neither overflow
// nor lose digits.
package moments

import "math"

// MeanAndScale returns the mean of the column and the number to divide its
// deviations by: the population standard deviation √(Σ(x − mean)²/n), as in
// scikit-learn, and 1 for a column that is constant up to rounding, that is,
// whose deviation is at most 10ε·|mean| with ε = 2⁻⁵². It overwrites the
// column, which must not be empty and must contain only finite entries.
func MeanAndScale(column []float64) (mean, scale float64) {
	mean, scale = MeanAndDeviation(column)
	if IsConstant(mean, scale) {
		scale = 1
	}
	return mean, scale
}

// IsConstant reports whether what deviates by this much from a number is constant
// up to rounding: by at most 10ε·|number| with ε = 2⁻⁵².
func IsConstant(number, deviation float64) bool {
	const eps = 0x1p-52
	return deviation <= 10*eps*math.Abs(number)
}

// MeanAndDeviation returns the mean and the population standard deviation of
// the column, which must have an entry and finite ones only, and which it
// overwrites. It divides the column by a power of two
// first, so that no square and no sum overflows or vanishes, and removes the
// rounding error of the mean before it sums the squares.
func MeanAndDeviation(column []float64) (mean, deviation float64) {
	largest := 0.0
	for _, v := range column {
		largest = max(largest, math.Abs(v))
	}
	_, exponent := math.Frexp(largest)
	for i, v := range column {
		column[i] = math.Ldexp(v, -exponent)
	}
	mean = meanFrom(column, 0)
	mean += meanFrom(column, mean)
	squares := 0.0
	for _, v := range column {
		d := v - mean
		squares += float64(d * d)
	}
	deviation = math.Sqrt(squares / float64(len(column)))
	return math.Ldexp(mean, exponent), math.Ldexp(deviation, exponent)
}

// meanFrom returns the mean of v − origin over the values v.
func meanFrom(values []float64, origin float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v - origin
	}
	return sum / float64(len(values))
}

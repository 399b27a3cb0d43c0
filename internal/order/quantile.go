// Package order computes order statistics.
package order

// Quantile returns the number below which a share p of the sorted values lies,
// interpolated linearly between the two nearest (type 7 of Hyndman and Fan,
// "Sample Quantiles in Statistical Packages", 1996). There must be a value.
func Quantile(sorted []float64, p float64) float64 {
	return QuantileOf(len(sorted), func(i int) float64 { return sorted[i] }, p)
}

// QuantileOf is Quantile of n values, of which at returns the one with i others
// before it.
func QuantileOf(n int, at func(i int) float64, p float64) float64 {
	place := float64(p * float64(n-1))
	i := int(place)
	if i+1 >= n {
		return at(n - 1)
	}
	return between(at(i), at(i+1), place-float64(i))
}

// between returns the number at a share t of the way from a to b. It does not
// overflow, and is a at 0 and b at 1.
func between(a, b, t float64) float64 {
	if a == b {
		return a
	}
	return float64(a*(1-t)) + float64(b*t)
}

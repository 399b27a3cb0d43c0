package kernel

import "math"

// Pow returns xʸ for x and y of at least 0; 0⁰ is 1. Unlike math.Pow, it gives
// the same result on every architecture. The relative error is below
// 2⁻⁵²·(4 + |log xʸ|). For small integers y the result is a product.
func Pow(x, y float64) float64 {
	const most = 8
	if y > most || y != math.Floor(y) {
		return exp(float64(y * Log(x)))
	}
	p := 1.0
	for range int(y) {
		p *= x
	}
	return p
}

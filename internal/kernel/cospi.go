package kernel

import "math"

// CosPi returns cos(π·x), with an error below 2.5 ulp, and exactly -1, 0 and 1
// where these are the values. Unlike the functions of package math, it gives
// the same result on every architecture.
//
// The argument is reduced to [0, 1/4], without rounding, by the symmetries of
// the cosine. The polynomials for this range are those of FreeBSD's k_cos.c and
// k_sin.c.
func CosPi(x float64) float64 {
	x = math.Mod(math.Abs(x), 2)
	if x > 1 {
		x = 2 - x
	}
	if x > 0.5 {
		return -cosPiFirst(1 - x)
	}
	return cosPiFirst(x)
}

// cosPiFirst returns cos(π·x) in the first quadrant, 0 <= x <= 1/2.
func cosPiFirst(x float64) float64 {
	if x > 0.25 {
		return sinSmall(math.Pi * (0.5 - x))
	}
	return cosSmall(math.Pi * x)
}

// cosSmall returns cos(x) for |x| <= π/4.
func cosSmall(x float64) float64 {
	const (
		c1 = 4.16666666666666019037e-02
		c2 = -1.38888888888741095749e-03
		c3 = 2.48015872894767294178e-05
		c4 = -2.75573143513906633035e-07
		c5 = 2.08757232129817482790e-09
		c6 = -1.13596475577881948265e-11
	)
	z := x * x
	r := fma(z, fma(z, fma(z, fma(z, fma(z, c6, c5), c4), c3), c2), c1)
	half := float64(0.5 * z)
	one := 1 - half
	return one + fma(z*z, r, (1-one)-half)
}

// sinSmall returns sin(x) for |x| <= π/4.
func sinSmall(x float64) float64 {
	const (
		s1 = -1.66666666666666324348e-01
		s2 = 8.33333333332248946124e-03
		s3 = -1.98412698298579493134e-04
		s4 = 2.75573137070700676789e-06
		s5 = -2.50507602534068634195e-08
		s6 = 1.58969099521155010221e-10
	)
	z := x * x
	r := fma(z, fma(z, fma(z, fma(z, fma(z, s6, s5), s4), s3), s2), s1)
	return fma(z*x, r, x)
}

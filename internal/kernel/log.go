package kernel

import "math"

// The method and the coefficients of Log are those of FreeBSD's e_log.c, which
// came with this notice:
//
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//
// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use,
// copy, modify, and distribute this software is freely granted, provided that
// this notice is preserved.

// Log returns the natural logarithm of x, with an error below one ulp. Unlike
// math.Log, it gives the same result on every architecture.
//
// It splits x into 2ᵏ·(1+f) with √2/2 < 1+f < √2, and uses
// log(1+f) = 2s + s·R(s²) with s = f/(2+f) and a polynomial R.
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	const (
		smallestNormal = 0x1p-1022
		oneBits        = 0x3ff0000000000000 // of 1
		sqrtHalfBits   = 0x3fe6a09e667f3bcd // of √2/2

		ln2Hi = 6.93147180369123816490e-01
		ln2Lo = 1.90821492927058770002e-10
		l1    = 6.666666666666735130e-01
		l2    = 3.999999999940941908e-01
		l3    = 2.857142874366239149e-01
		l4    = 2.222219843214978396e-01
		l5    = 1.818357216161805012e-01
		l6    = 1.531383769920937332e-01
		l7    = 1.479819860511658591e-01
	)
	exponent := 0
	if x < smallestNormal {
		x *= 1 << 52
		exponent = -52
	}
	// Adding the difference between 1 and √2/2 carries into the exponent if the
	// fraction is at least √2.
	b := math.Float64bits(x) + (oneBits - sqrtHalfBits)
	exponent += int(b>>52) - 1023
	m := math.Float64frombits(b&(1<<52-1) + sqrtHalfBits)
	f, k := m-1, float64(exponent)
	s := f / (2 + f)
	s2 := s * s
	s4 := s2 * s2
	// The conversions keep the compiler from fusing these products with a sum.
	odd := float64(s2 * fma(s4, fma(s4, fma(s4, l7, l5), l3), l1))
	even := float64(s4 * fma(s4, fma(s4, l6, l4), l2))
	half := float64(0.5 * f * f)
	low := fma(s, half+odd+even, k*ln2Lo)
	return float64(k*ln2Hi) - ((half - low) - f) // k·ln2Hi is exact
}

// Log1p returns log(1 + x) for x ≥ 0, which is precise even where x is small
// (Goldberg, What Every Computer Scientist Should Know About Floating-Point
// Arithmetic, theorem 4).
func Log1p(x float64) float64 {
	u := 1 + x
	if u == 1 || math.IsInf(u, 1) {
		return x
	}
	return float64(Log(u) * (x / (u - 1)))
}

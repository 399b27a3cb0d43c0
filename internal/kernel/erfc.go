package kernel

import "math"

// The method and the coefficients of Erfc are those of FreeBSD's s_erf.c, which
// came with this notice:
//
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//
// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use,
// copy, modify, and distribute this software is freely granted, provided that
// this notice is preserved.

// Each pair of polynomials, constant terms first, is the numerator and the
// denominator of a fraction.
var (
	// (erf(x) - x)/x in terms of x², for |x| < 0.84375.
	erfSmallNum = [...]float64{
		1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
		-5.77027029648944159157e-03, -2.37630166566501626084e-05,
	}
	erfSmallDen = [...]float64{
		1, 3.97917223959155352819e-01, 6.50222499887672944485e-02,
		5.08130628187576562776e-03, 1.32494738004321644526e-04, -3.96022827877536812320e-06,
	}

	// erf(x) - erfOne in terms of x-1, for 0.84375 <= x < 1.25.
	erfMiddleNum = [...]float64{
		-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
		3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
		-2.16637559486879084300e-03,
	}
	erfMiddleDen = [...]float64{
		1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
		1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02,
	}

	// log(x·erfc(x)) + x² + 0.5625 in terms of 1/x², for 1.25 <= x < 1/0.35.
	erfcNearNum = [...]float64{
		-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
		-6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
		-8.12874355063065934246e+01, -9.81432934416914548592e+00,
	}
	erfcNearDen = [...]float64{
		1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02,
		6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02,
		6.57024977031928170135e+00, -6.04244152148580987438e-02,
	}

	// The same for x >= 1/0.35.
	erfcFarNum = [...]float64{
		-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
		-1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
		-4.83519191608651397019e+02,
	}
	erfcFarDen = [...]float64{
		1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03,
		3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02,
		-2.24409524465858183362e+01,
	}
)

// erfOne is approximately erf(1).
const erfOne = 8.45062911510467529297e-01

// Erfc returns the complementary error function 1 - erf(x), with an error below
// 3 ulp where the result is not subnormal. Unlike math.Erfc, it gives the same
// result on every architecture.
func Erfc(x float64) float64 {
	switch a := math.Abs(x); {
	case a < 0.84375:
		z := x * x
		y := polynomial(z, erfSmallNum[:]) / polynomial(z, erfSmallDen[:])
		if x < 0.25 {
			return 1 - fma(x, y, x)
		}
		return 0.5 - fma(x, y, x-0.5)
	case a < 1.25:
		s := a - 1
		y := polynomial(s, erfMiddleNum[:]) / polynomial(s, erfMiddleDen[:])
		if x < 0 {
			return 1 + (erfOne + y)
		}
		return (1 - erfOne) - y
	case x < -6:
		return 2
	case x < 0:
		return 2 - erfcTail(a)
	case x < 28:
		return erfcTail(a)
	case x >= 28:
		return 0
	}
	return x // NaN
}

// erfcTail returns erfc(x) = exp(-x²-0.5625+R)/x for 1.25 <= x < 28, where R is
// a function of 1/x². The square of the leading half of x's digits is exact.
func erfcTail(x float64) float64 {
	s := 1 / (x * x)
	num, den := erfcNearNum[:], erfcNearDen[:]
	if x >= 1/0.35 {
		num, den = erfcFarNum[:], erfcFarDen[:]
	}
	r := polynomial(s, num) / polynomial(s, den)
	z := math.Float64frombits(math.Float64bits(x) &^ (1<<32 - 1))
	return exp(-float64(z*z)-0.5625) * exp(fma(z-x, z+x, r)) / x
}

// polynomial returns c₀ + c₁·x + c₂·x² + ...
func polynomial(x float64, c []float64) float64 {
	y := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		y = fma(y, x, c[i])
	}
	return y
}

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

// The columns of erfcTable are the coefficients of fractions, those of the
// numerator from the constant term on and then those of the denominator:
//
//	(erf(x) - x)/x in terms of x², for |x| < erfcMiddle
//	erf(x) - erfOne in terms of |x|-1, for |x| < erfcNear
//	log(x·erfc(x)) + x² + 0.5625 in terms of 1/x², for x < erfcFar
//	the same for larger x
//
// Zeros fill the columns up, which changes no bit of a polynomial. The assembly
// reads the table, too, and with each row the next one.
var erfcTable = [erfcNum + erfcDen + 1][4]float64{
	{1.28379167095512558561e-01, -2.36211856075265944077e-03, -9.86494403484714822705e-03, -9.86494292470009928597e-03},
	{-3.25042107247001499370e-01, 4.14856118683748331666e-01, -6.93858572707181764372e-01, -7.99283237680523006574e-01},
	{-2.84817495755985104766e-02, -3.72207876035701323847e-01, -1.05586262253232909814e+01, -1.77579549177547519889e+01},
	{-5.77027029648944159157e-03, 3.18346619901161753674e-01, -6.23753324503260060396e+01, -1.60636384855821916062e+02},
	{-2.37630166566501626084e-05, -1.10894694282396677476e-01, -1.62396669462573470355e+02, -6.37566443368389627722e+02},
	{0, 3.54783043256182359371e-02, -1.84605092906711035994e+02, -1.02509513161107724954e+03},
	{0, -2.16637559486879084300e-03, -8.12874355063065934246e+01, -4.83519191608651397019e+02},
	{0, 0, -9.81432934416914548592e+00, 0},
	{1, 1, 1, 1},
	{3.97917223959155352819e-01, 1.06420880400844228286e-01, 1.96512716674392571292e+01, 3.03380607434824582924e+01},
	{6.50222499887672944485e-02, 5.40397917702171048937e-01, 1.37657754143519042600e+02, 3.25792512996573918826e+02},
	{5.08130628187576562776e-03, 7.18286544141962662868e-02, 4.34565877475229228821e+02, 1.53672958608443695994e+03},
	{1.32494738004321644526e-04, 1.26171219808761642112e-01, 6.45387271733267880336e+02, 3.19985821950859553908e+03},
	{-3.96022827877536812320e-06, 1.36370839120290507362e-02, 4.29008140027567833386e+02, 2.55305040643316442583e+03},
	{0, 1.19844998467991074170e-02, 1.08635005541779435134e+02, 4.74528541206955367215e+02},
	{0, 0, 6.57024977031928170135e+00, -2.24409524465858183362e+01},
	{0, 0, -6.04244152148580987438e-02, 0},
}

const (
	erfcNum = 8 // rows of the numerators
	erfcDen = 9 // and of the denominators

	erfcMiddle = 0.84375
	erfcNear   = 1.25
	erfcFar    = 1 / 0.35
)

// erfOne is approximately erf(1).
const erfOne = 8.45062911510467529297e-01

// Erfc returns the complementary error function 1 - erf(x), with an error below
// 3 ulp where the result is not subnormal. Unlike math.Erfc, it gives the same
// result on every architecture.
func Erfc(x float64) float64 {
	switch a := math.Abs(x); {
	case a < erfcMiddle:
		y := erfcFraction(x*x, 0)
		if x < 0.25 {
			return 1 - fma(x, y, x)
		}
		return 0.5 - fma(x, y, x-0.5)
	case a < erfcNear:
		y := erfcFraction(a-1, 1)
		if x < 0 {
			return 1 + (erfOne + y)
		}
		return (1 - erfOne) - y
	case x < -6:
		return 2
	case x < 0:
		return 2 - erfcTail(a)
	case x < erfcEnd:
		return erfcTail(a)
	case x >= erfcEnd:
		return 0
	}
	return x // NaN
}

// erfcEnd is where erfc becomes 0.
const erfcEnd = 28

// erfcTail returns erfc(x) = exp(-x²-0.5625+R)/x for erfcNear <= x < erfcEnd,
// where R is a function of 1/x². The square of the leading half of x's digits is
// exact.
func erfcTail(x float64) float64 {
	column := 2
	if x >= erfcFar {
		column = 3
	}
	r := erfcFraction(1/(x*x), column)
	z := math.Float64frombits(math.Float64bits(x) &^ (1<<32 - 1))
	return exp(-float64(z*z)-0.5625) * exp(fma(z-x, z+x, r)) / x
}

// erfcFraction returns a fraction of erfcTable.
func erfcFraction(t float64, column int) float64 {
	num, den := 0.0, 0.0
	for i := erfcNum - 1; i >= 0; i-- {
		num = fma(num, t, erfcTable[i][column])
	}
	for i := erfcNum + erfcDen - 1; i >= erfcNum; i-- {
		den = fma(den, t, erfcTable[i][column])
	}
	return num / den
}

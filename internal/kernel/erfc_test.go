package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

const sqrtPi = "1.7724538509055160272981674833411451827975494561223871282138077898529112845910321813749506567385446654162268236242825707"

// bigErfc returns erfc(x), by the Taylor series
//
//	erf(x) = 2/√π·exp(-x²)·(x + 2x³/3 + 4x⁵/15 + ...)
//
// or, for large x, by Legendre's continued fraction
//
//	erfc(x) = exp(-x²)/√π / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))
func bigErfc(x float64) *big.Float {
	if x < 0 {
		return sub(newBig(2), bigErfc(-x))
	}
	root, _, _ := big.ParseFloat(sqrtPi, 10, prec, big.ToNearestEven)
	z := newBig(x)
	square := x * x
	e := mul(bigExp(-square), bigExp(-math.FMA(x, x, -square)))
	if x > 3 {
		f := z
		for k := 400; k > 0; k-- {
			f = add(z, quo(newBig(float64(k)/2), f))
		}
		return quo(quo(e, root), f)
	}
	sum, term := z, z
	for k := 1; k < 150; k++ {
		term = quo(mul(term, mul(newBig(2), mul(z, z))), newBig(float64(2*k+1)))
		sum = add(sum, term)
	}
	return sub(newBig(1), quo(mul(newBig(2), mul(e, sum)), root))
}

func TestErfc(t *testing.T) {
	worst, at := 0.0, 0.0
	check := func(x float64) {
		if u := ulps(Erfc(x), bigErfc(x)); u > worst {
			worst, at = u, x
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		check(6*rng.Float64() - 3)
		check(-7 * rng.Float64())
		check(3 + 23*rng.Float64()) // erfc(26.5) is the smallest normal number
		check(rng.NormFloat64() * math.Exp(-40*rng.Float64()))
	}
	for _, x := range []float64{0, 0.25, 0.84375, 1.25, 1 / 0.35, 3, 6} {
		for _, x := range []float64{x, math.Nextafter(x, -1), math.Nextafter(x, 30)} {
			check(x)
			check(-x)
		}
	}
	t.Logf("error of at most %.3f ulp (at %v)", worst, at)
	if worst > 3 {
		t.Errorf("error of %.3f ulp at %v, want at most 3", worst, at)
	}
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range [][2]float64{
		{0, 1}, {math.Copysign(0, -1), 1}, {inf, 0}, {-inf, 2}, {nan, nan}, {1e300, 0}, {-1e300, 2}, {28, 0}, {-6.5, 2},
		{5e-324, 1},
	} {
		if got := Erfc(c[0]); !same(got, c[1]) {
			t.Errorf("Erfc(%v) = %v, want %v", c[0], got, c[1])
		}
	}
	// A subnormal number.
	if got, want := Erfc(26.6), 1.088512588544227e-309; math.Abs(got-want) > 2*math.SmallestNonzeroFloat64 {
		t.Errorf("Erfc(26.6) = %v, want %v", got, want)
	}
}

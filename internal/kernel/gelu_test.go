package kernel

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

// geluArguments are numbers at which GELU changes its formula, their neighbours,
// and numbers between -bound and bound.
func geluArguments(bound float64) (x []float64) {
	for _, edge := range []float64{0, 0.25, erfcMiddle, erfcNear, erfcFar, 6, 26.5, erfcEnd} {
		z := math.Sqrt2 * edge
		for _, z := range []float64{math.Nextafter(z, -1), z, math.Nextafter(z, 50)} {
			x = append(x, z, -z)
		}
	}
	rng := newRand()
	for range 20_000 {
		x = append(x, bound*float64(2*rng.Float64()-1), 2*rng.NormFloat64(), math.Ldexp(rng.NormFloat64(), -rng.IntN(60)))
	}
	return x
}

// TestGELUSameBits compares the instruction sets where GELU is neither 0 nor its
// argument.
func TestGELUSameBits(t *testing.T) {
	x := geluArguments(41)
	single := make([]float32, len(x))
	for i, v := range x {
		single[i] = float32(v) // most of which are beyond the bound
	}
	for _, f := range []struct {
		name   string
		double func(dst, src []float64)
		single func(dst, src []float32)
	}{
		{"GELU", GELU, GELU32},
		{"GELUTanh", GELUTanh, GELUTanh32},
		{"GELUTanhGrad", func(dst, src []float64) { GELUTanhGrad(dst, src, src) }, func(dst, src []float32) { GELUTanhGrad32(dst, src, src) }},
		{"GELUGrad", func(dst, src []float64) { GELUGrad(dst, src, src) }, func(dst, src []float32) { GELUGrad32(dst, src, src) }},
	} {
		var want []float64
		var want32 []float32
		for _, s := range ISAs() {
			SetISA(t, s)
			got, got32 := make([]float64, len(x)), make([]float32, len(x))
			f.double(got, x)
			f.single(got32, single)
			if want == nil {
				want, want32 = got, got32
			}
			for i := range x {
				if !same(got[i], want[i]) || !same32(got32[i], want32[i]) {
					t.Fatalf("%v: %s(%v) = %v, and %v in float32, want %v and %v", s, f.name, x[i], got[i], got32[i], want[i], want32[i])
				}
			}
		}
	}
}

// bigNormalCDF returns Φ(x) = erfc(u)/2, u = -x/√2. To erfc at the float64 next to
// u it adds the distance to u times the derivative.
func bigNormalCDF(x float64) *big.Float {
	root := new(big.Float).SetPrec(prec).Sqrt(newBig(2))
	u := -x / math.Sqrt2
	d := sub(quo(newBig(-x), root), newBig(u))
	slope := mul(root, mul(root, bigNormalDensity(x))) // at u: 2·exp(-u²)/√π
	return quo(sub(bigErfc(u), mul(d, mul(root, slope))), newBig(2))
}

// bigNormalDensity returns exp(-x²/2)/√(2π).
func bigNormalDensity(x float64) *big.Float {
	root, _, _ := big.ParseFloat(sqrtPi, 10, prec, big.ToNearestEven)
	square := x * x
	e := mul(bigExp(-square/2), bigExp(-math.FMA(x, x, -square)/2))
	return quo(e, mul(root, new(big.Float).SetPrec(prec).Sqrt(newBig(2))))
}

// GELU and its derivative have the errors that their documentation says.
func TestGELUErrors(t *testing.T) {
	x := geluArguments(37) // GELU(-37.5) is the last normal number
	x = x[:2000]           // big numbers are slow
	if testing.Short() {
		x = x[:300]
	}
	y, slope := make([]float64, len(x)), make([]float64, len(x))
	GELU(y, x)
	GELUGrad(slope, slices.Repeat([]float64{1}, len(x)), x)
	worst, worstSlope := 0.0, 0.0
	for i, v := range x {
		if v < -37 {
			continue
		}
		cdf := bigNormalCDF(v)
		u := ulps(y[i], mul(newBig(v), cdf))
		if limit := 4 + 2*min(v, 0)*min(v, 0); u > limit {
			t.Errorf("GELU(%v): error of %.3f ulp, want at most %.1f", v, u, limit)
		}
		if v > -1 {
			worst = max(worst, u)
		}
		e, _ := sub(newBig(slope[i]), add(cdf, mul(newBig(v), bigNormalDensity(v)))).Float64()
		worstSlope = max(worstSlope, math.Abs(e))
	}
	t.Logf("error of at most %.3f ulp above -1, of the derivative 2^%.2f", worst, math.Log2(worstSlope))
	if worstSlope > 0x1p-51 {
		t.Errorf("derivative: error of %g", worstSlope)
	}
}

func TestGELUErrors32(t *testing.T) {
	var x []float32
	step := uint32(1009)
	if testing.Short() {
		step = 10007
	}
	for b := uint32(0); b < math.Float32bits(20); b += step {
		x = append(x, math.Float32frombits(b), -math.Float32frombits(b))
	}
	for _, edge := range []float32{0.5, 1, 2, 3, 5, 7, 11, 1.8584139, gelu32Bound} {
		for range 2000 {
			edge = math.Nextafter32(edge, 0)
			x = append(x, edge, -edge)
		}
	}
	wide, want, wantSlope := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	Widen(wide, x)
	GELU(want, wide)
	GELUGrad(wantSlope, slices.Repeat([]float64{1}, len(x)), wide)
	y, slope := make([]float32, len(x)), make([]float32, len(x))
	GELU32(y, x)
	GELUGrad32(slope, slices.Repeat([]float32{1}, len(x)), x)
	worst, at, worstSlope := 0.0, float32(0), 0.0
	for i, w := range want {
		place := max(math.Ilogb(w), -126) - 23
		if e := math.Ldexp(math.Abs(float64(y[i])-w), -place); e > worst {
			worst, at = e, x[i]
		}
		worstSlope = max(worstSlope, math.Abs(float64(slope[i])-wantSlope[i]))
	}
	t.Logf("error of at most %.3f ulp (at %v), of the derivative 2^%.2f", worst, at, math.Log2(worstSlope))
	limit := 2.0
	if !hasFMA {
		limit = 3
	}
	if worst > limit || worstSlope > 0x1p-23 {
		t.Errorf("error of %.3f ulp at %v, and %g of the derivative", worst, at, worstSlope)
	}
}

func TestGELUSpecial(t *testing.T) {
	inf, nan, negZero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, s := range ISAs() {
		SetISA(t, s)
		for _, c := range [][3]float64{ // z, GELU of z, gradient for 1
			{0, 0, 0.5}, {negZero, negZero, 0.5}, {inf, inf, 1}, {-inf, negZero, 0}, {nan, nan, nan},
			{0x1p100, 0x1p100, 1}, {-0x1p100, negZero, 0}, {50, 50, 1}, {-50, negZero, 0}, {0x1p-140, 0x1p-141, 0.5},
		} {
			y, dz := []float64{7}, []float64{7}
			GELU(y, c[:1])
			GELUGrad(dz, []float64{1}, c[:1])
			z32, y32, dz32 := []float32{float32(c[0])}, []float32{7}, []float32{7}
			GELU32(y32, z32)
			GELUGrad32(dz32, []float32{1}, z32)
			if !same(y[0], c[1]) || !same32(y32[0], float32(c[1])) {
				t.Errorf("%v: GELU(%v) = %v, and %v in float32, want %v", s, c[0], y[0], y32[0], c[1])
			}
			if dz[0] != c[2] && c[2] == c[2] || dz32[0] != float32(c[2]) && c[2] == c[2] {
				t.Errorf("%v: slope at %v is %v, and %v in float32, want %v", s, c[0], dz[0], dz32[0], c[2])
			}
		}
	}
}

func TestGELUTanhErrors32(t *testing.T) {
	var x []float32
	for b := uint32(0); b < math.Float32bits(20); b += 10007 {
		x = append(x, math.Float32frombits(b), -math.Float32frombits(b))
	}
	y, slope := make([]float32, len(x)), make([]float32, len(x))
	GELUTanh32(y, x)
	GELUTanhGrad32(slope, slices.Repeat([]float32{1}, len(x)), x)
	worst, worstSlope := 0.0, 0.0
	for i, v := range x {
		z := float64(v)
		const scale = 2 * math.Sqrt2 / math.SqrtPi
		w := scale * (z + 0.044715*z*z*z)
		want := z * sigmoid(w)
		wantSlope := sigmoid(w) * (1 + z*scale*(1+3*0.044715*z*z)*sigmoid(-w))
		u := math.Ldexp(math.Abs(float64(y[i])-want), 23-max(math.Ilogb(want), -126))
		limit := 4 - 2*min(w, 0)
		if !hasFMA {
			limit = 4 - 3*min(w, 0)
		}
		worst = max(worst, u/limit)
		if u > limit {
			t.Errorf("GELUTanh32(%v) = %v, want %v: error of %.2f ulp, want at most %.2f", v, y[i], want, u, limit)
		}
		worstSlope = max(worstSlope, math.Abs(float64(slope[i])-wantSlope))
	}
	t.Logf("%.2f of the bound; error of the derivative 2^%.2f", worst, math.Log2(worstSlope))
	if worstSlope > 0x1p-22 {
		t.Errorf("derivative: error of %g", worstSlope)
	}
}

package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// fmaExact is fma32 by definition.
func fmaExact(x, y, z float32) float32 {
	newBig := func(x float32) *big.Float { return new(big.Float).SetPrec(1000).SetFloat64(float64(x)) }
	p := new(big.Float).SetPrec(1000).Mul(newBig(x), newBig(y))
	s := p.Add(p, newBig(z))
	if s.Sign() == 0 { // the sign is that of the sum in any precision
		return float32(float64(x)*float64(y) + float64(z))
	}
	r, _ := s.Float32()
	return r
}

// TestFMA32 compares the ways of computing the fused multiply-add of float32
// with the exact result, especially for sums near the middle of two float32.
func TestFMA32(t *testing.T) {
	test := func(x, y, z float32) {
		t.Helper()
		if s := float64(x)*float64(y) + float64(z); math.IsNaN(s) || math.IsInf(s, 0) {
			return // big.Float has no NaN
		}
		want := fmaExact(x, y, z)
		if got := fmaByOdd(x, y, z); math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("fmaByOdd(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
		if got := fma32(x, y, z); hasFMA && math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("fma32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
	// These sums are next to the middle of two float32, normal and subnormal,
	// and rounded to that middle in float64.
	test(0x1p-24*(1+0x1p-23), 1-0x1p-23, 1+0x1p-23)
	test(0x1p-75*(1+0x1p-23), 0x1p-75*(1-0x1p-23), 0x1p-127+0x1p-149)
	rng := newRand()
	bits := func() float32 { return math.Float32frombits(rng.Uint32()) }
	half := func() float32 { return float32(rng.IntN(4096)|1) * 0x1p-12 }
	for range 20_000 {
		test(bits(), bits(), bits())
		test(half(), half(), scaled(rng, float32(rng.Uint32()>>8), 0))
		test(scaled(rng, float32(rng.NormFloat64()), -70), scaled(rng, float32(rng.NormFloat64()), -80), scaled(rng, float32(rng.NormFloat64()), -140))
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range [][4]float32{
		{inf, 1, 1, inf}, {inf, 0, 1, nan}, {inf, 1, -inf, nan}, {1, 1, -inf, -inf}, {nan, 0, 0, nan}, {0, 0, nan, nan},
		{math.MaxFloat32, 2, 0, inf}, {math.MaxFloat32, -2, math.MaxFloat32, -math.MaxFloat32}, {math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32, inf},
	} {
		if got := fmaByOdd(c[0], c[1], c[2]); got != c[3] && (got == got || c[3] == c[3]) {
			t.Errorf("fmaByOdd(%v, %v, %v) = %v, want %v", c[0], c[1], c[2], got, c[3])
		}
	}
}

// scaled returns ±x times a power of two whose exponent is within 12 of exp.
func scaled(rng *rand.Rand, x float32, exp int) float32 {
	if rng.IntN(2) == 0 {
		x = -x
	}
	return float32(math.Ldexp(float64(x), exp+rng.IntN(25)-12))
}

package tofloat64

import (
	"math"
	"testing"
)

// The numbers increase with their bits from 0 to infinity, in the steps of
// binary16, followed by NaN; negative ones likewise.
func TestFloat16(t *testing.T) {
	step := 0x1p-24
	for bits := range uint16(0x7c00) {
		if bits >= 0x0800 && bits&0x3ff == 0 {
			step *= 2
		}
		a, b := Float16(bits), Float16(bits+1)
		if bits < 0x7bff && b-a != step || bits == 0x7bff && (a != 65504 || !math.IsInf(b, 1)) {
			t.Fatalf("%#x is %v, %#x is %v, step %v", bits, a, bits+1, b, step)
		}
		if n := Float16(bits | 0x8000); n != -a || !math.Signbit(n) {
			t.Fatalf("%#x is %v", bits|0x8000, n)
		}
	}
	if v := Float16(0x3c00); v != 1 {
		t.Errorf("1 is %v", v)
	}
	for bits := uint16(0x7c01); bits < 0x8000; bits++ {
		if !math.IsNaN(Float16(bits)) || !math.IsNaN(Float16(bits|0x8000)) {
			t.Fatalf("%#x is %v", bits, Float16(bits))
		}
	}
}

func TestIntegers(t *testing.T) {
	for i, want := range map[int64]bool{0: true, -1: true, 1 << 53: true, 1<<53 + 1: false, -1<<53 - 1: false, 1<<53 + 2: true,
		math.MaxInt64: false, math.MinInt64: true, math.MinInt64 + 1: false} {
		if v, exact := Int64(i); v != float64(i) || exact != want {
			t.Errorf("Int64(%d) = %v, %v", i, v, exact)
		}
	}
	for u, want := range map[uint64]bool{0: true, 1 << 53: true, 1<<53 + 1: false, 1 << 63: true, math.MaxUint64: false} {
		if v, exact := Uint64(u); v != float64(u) || exact != want {
			t.Errorf("Uint64(%d) = %v, %v", u, v, exact)
		}
	}
}

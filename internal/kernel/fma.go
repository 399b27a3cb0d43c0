package kernel

import (
	"math"
	"runtime"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// alwaysFMA reports whether every CPU of the architecture has a fused
// multiply-add that the compiler uses for math.FMA.
const alwaysFMA = runtime.GOARCH == "arm64" || runtime.GOARCH == "loong64" ||
	runtime.GOARCH == "ppc64" || runtime.GOARCH == "ppc64le" ||
	runtime.GOARCH == "riscv64" || runtime.GOARCH == "s390x"

// hasFMA reports whether math.FMA is a single instruction on this machine.
var hasFMA = alwaysFMA || runtime.GOARCH == "amd64" && cpu.X86.HasFMA

// fma returns x·y + z, rounded once if the hardware supports it. Long loops
// test hasFMA once instead and call math.FMA themselves.
func fma(x, y, z float64) float64 {
	if alwaysFMA || hasFMA {
		return math.FMA(x, y, z)
	}
	return float64(x*y) + z // the conversion keeps the compiler from fusing
}

// HasFMA reports whether the hardware has a fused multiply-add, and hence
// whether the results of this package have the same bits as on other machines.
func HasFMA() bool { return hasFMA }

// fma32 is [fma] in float32.
func fma32(x, y, z float32) float32 {
	if alwaysFMA && fuses32 {
		return x*y + float32(z) // the conversion rounds a z that is a product
	}
	return fma32InSoftware(x, y, z)
}

// fma32InSoftware is fma32 where there is no instruction for it. Inlined, it
// would keep fma32 from being inlined.
//
//go:noinline
func fma32InSoftware(x, y, z float32) float32 {
	if hasFMA {
		return fmaByOdd(x, y, z)
	}
	return float32(x*y) + z
}

// fuses32 reports whether the compiler fuses a multiplication and an addition
// of float32. The language permits that. The compiler does it on all
// architectures of alwaysFMA, while on amd64 it fuses only some. (1+2⁻¹²)² has a
// last bit that rounding to float32 would drop.
var fuses32 = alwaysFMA && func() bool {
	one := float32(len(supported)) / float32(len(supported)) // not known to the compiler
	x, z := one+0x1p-12, -(one + 0x1p-11)
	return x*x+float32(z) != 0
}()

// fmaByOdd returns x·y + z, rounded once, without an instruction for it. The
// product is exact in float64. The sum is rounded to odd there: if it is not
// exact, its last bit becomes one. Rounding that to float32 gives what rounding
// the exact sum gives, because float64 has more than two bits more (Boldo and
// Melquiond, 2008). Rounding a float64 fused multiply-add would round twice.
func fmaByOdd(x, y, z float32) float32 {
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	b := s - p
	e := (p - (s - b)) + (c - b) // the error of s
	if e == 0 || e != e {        // exact, or not finite
		return float32(s)
	}
	bits := math.Float64bits(s)
	if bits&1 == 0 {
		if (e > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
	}
	return float32(math.Float64frombits(bits))
}

// mulAdd returns x·y + z, rounded once. It needs hasFMA, and fuses32 for
// float32.
func mulAdd[T float](x, y, z T) T {
	if unsafe.Sizeof(x) == 8 { // with sizeOf, it would not be inlined
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	return x*y + T(z)
}

package kernel

import "math"

// GELU computes dst[i] = src[i]·Φ(src[i]), where Φ is the distribution function of
// the standard normal distribution, as Φ(x) = erfc(-x/√2)/2. That is precise for
// negative x too, unlike (1 + erf(x/√2))/2: the error is below 4 ulp, and 2x² ulp
// more for negative x, where Φ magnifies the rounding of x/√2.
func GELU(dst, src []float64) {
	checkLen("GELU", "dst", len(dst), "src", len(src))
	if geluAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = max(x, -gateBound) * normalCDF(x)
	}
}

// GELUGrad computes the gradient with respect to the input of [GELU] from that
// with respect to its output, with the derivative Φ(x) + x·φ(x), φ = Φ'.
func GELUGrad(dz, dy, z []float64) {
	checkLen("GELUGrad", "dz", len(dz), "dy", len(dy))
	checkLen("GELUGrad", "dz", len(dz), "z", len(z))
	if geluGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		density := exp(-x*x/2) * invSqrt2Pi
		dz[i] = dy[i] * (normalCDF(x) + float64(min(max(x, -gateBound), gateBound)*density))
	}
}

const invSqrt2Pi = 1 / (math.Sqrt2 * math.SqrtPi)

func normalCDF(x float64) float64 { return Erfc(-x/math.Sqrt2) / 2 }

// GELU32 is [GELU] in float32, with an error below 2 ulp, below 3 where there is no
// fused multiply-add.
func GELU32(dst, src []float32) {
	checkLen("GELU32", "dst", len(dst), "src", len(src))
	if geluAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = gelu32(x)
	}
}

// GELUGrad32 is [GELUGrad] in float32, with an error of the derivative below 2⁻²³.
func GELUGrad32(dz, dy, z []float32) {
	checkLen("GELUGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("GELUGrad32", "dz", len(dz), "z", len(z))
	if geluGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * geluSlope32(x)
	}
}

// In float32, Φ(-a) = exp(-a²/2)·m(a) for a >= 0. The function m is Mills' ratio,
// divided by √(2π). A column of millsTable approximates it on one of the intervals
// that end at 0.5, 1, 2, 3, 5, 7, 11 and gelu32Bound, in which a+1 has the same
// exponent and leading bit: the first row has the point c near the middle, and the
// others the coefficients of m as a polynomial of a-c. The first of them, m(c), is
// almost exact. The program in gen/fit.py made the table. The assembly reads it,
// too, and with each row the next one.
var millsTable = [millsRows + 1][8]float32{
	{0x1.a3db0ap+0, 0x1.51e006p+1, 0x1.fffb00p+1, 0x1.800f80p+2, 0x1.1ff800p+3, 0x1.97f700p+3, 0x1.477e94p-2, 0x1.a3c28ap-1},
	{0x1.8ce432p-3, 0x1.14ece8p-3, 0x1.82b824p-4, 0x1.094bdap-4, 0x1.66d674p-5, 0x1.fd9850p-6, 0x1.93aae0p-2, 0x1.276c0ep-2},
	{-0x1.4c3724p-4, -0x1.583100p-5, -0x1.5cff60p-6, -0x1.504f86p-7, -0x1.3791dap-8, -0x1.3bf454p-9, -0x1.176a9cp-2, -0x1.4ca24cp-3},
	{0x1.f1dbc6p-6, 0x1.8e5068p-7, 0x1.2de168p-8, 0x1.a0c0e4p-10, 0x1.0b8360p-11, 0x1.85812ep-13, 0x1.3a4e06p-3, 0x1.3e22f2p-4},
	{-0x1.558fc2p-7, -0x1.b1cf84p-9, -0x1.f6b634p-11, -0x1.f98416p-13, -0x1.c66b9ep-15, -0x1.dd6bc8p-17, -0x1.318b14p-4, -0x1.0da044p-5},
	{0x1.b38cecp-9, 0x1.c02ff6p-11, 0x1.944816p-13, 0x1.2c8270p-15, 0x1.7de11ep-18, 0x1.22ea76p-20, 0x1.09764cp-5, 0x1.9f23ecp-7},
	{-0x1.04db96p-10, -0x1.b93c7cp-13, -0x1.3a8280p-15, -0x1.5e3bc2p-18, -0x1.3cf8dcp-21, -0x1.609a46p-24, -0x1.a42f0ap-7, -0x1.294294p-8},
	{0x1.25d288p-12, 0x1.9fb264p-15, 0x1.dcce12p-18, 0x1.8c5180p-21, 0x1.05d370p-24, 0x1.ac45d2p-28, 0x1.3419dcp-8, 0x1.8aa794p-10},
	{-0x1.3c114ap-14, -0x1.a440d6p-17, -0x1.75a2a0p-20, -0x1.d4f156p-24, -0x1.cf5bc6p-28, -0x1.051b90p-31, -0x1.086694p-9, 0x1.87e9f2p-15},
	{0x1.c236cep-16, 0x1.19c6d4p-19, 0x1.03e91ap-22, 0x1.4fc67cp-26, 0x1.6a2bf2p-31, 0x1.e8cc4ap-36, -0x1.7095d0p-14, 0x1.1c5c98p-10},
}

const (
	millsRows   = 10
	gelu32Bound = 14.75 // where x·Φ(x) and its derivative have become 0 in float32
)

// mills32 returns m(a) in two parts, of which the first is almost exact.
func mills32(a float32) (first, rest float32) {
	column := math.Float32bits(1+a) >> 22 & 7
	d := a - millsTable[0][column]
	q := millsTable[millsRows-1][column]
	for i := millsRows - 2; i >= 2; i-- {
		q = fma32(q, d, millsTable[i][column])
	}
	return millsTable[1][column], float32(d * q) // the conversions keep the compiler from fusing
}

// expHalfSquare32 returns t and k, of which scale32(1+t, k) makes exp(-a²/2). It
// does not lose the digits that the square has beyond those of float32.
func expHalfSquare32(a float32) (t float32, k uint32) {
	square := float32(a * a)
	low := float32(float64(a)*float64(a) - float64(square)) // exact, also without a fused multiply-add
	return reduceSum32(-0.5*square, -0.5*low)
}

// gelu32 returns h = x·Φ(-|x|) for x <= 0, and x - h otherwise.
func gelu32(x float32) float32 {
	b := min(max(x, -gelu32Bound), gelu32Bound)
	a := abs32(b)
	first, rest := mills32(a)
	t, k := expHalfSquare32(a)
	more := fma32(first, t, fma32(rest, t, rest)) // first + more is m(a)·(1+t)
	h := float32(scale32(fma32(first, b, b*more), k))
	if x > 0 {
		return x - h
	}
	return h
}

// geluSlope32 returns s = Φ(-|x|) - |x|·φ(x) for x <= 0, and 1 - s otherwise.
func geluSlope32(x float32) float32 {
	a := min(abs32(x), gelu32Bound)
	first, rest := mills32(a)
	t, k := expHalfSquare32(a)
	s := fma32(-a, invSqrt2Pi, first+rest)
	s = float32(scale32(fma32(s, t, s), k))
	if x > 0 {
		return 1 - s
	}
	return s
}

// GELUTanh computes the approximation dst[i] = src[i]·(1 + tanh(w/2))/2 of [GELU],
// w = 2·√(2/π)·(src[i] + 0.044715·src[i]³), as src[i]·σ(w), which does not lose
// digits for negative numbers.
func GELUTanh(dst, src []float64) {
	checkLen("GELUTanh", "dst", len(dst), "src", len(src))
	if geluTanhAsm(dst, src) {
		return
	}
	for i, x := range src {
		w, _ := geluTanhGate(x)
		dst[i] = max(x, -gateBound) * sigmoid(w)
	}
}

// GELUTanhGrad computes the gradient with respect to the input of [GELUTanh] from
// that with respect to its output, with the derivative σ(w)·(1 + x·w'·(1 - σ(w))).
func GELUTanhGrad(dz, dy, z []float64) {
	checkLen("GELUTanhGrad", "dz", len(dz), "dy", len(dy))
	checkLen("GELUTanhGrad", "dz", len(dz), "z", len(z))
	if geluTanhGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		w, b := geluTanhGate(x)
		s := sigmoid(w)
		slope := geluScale * (1 + float64(3*geluCubic*float64(b*b)))
		dz[i] = dy[i] * (s * (1 + float64(b*slope*(1-s))))
	}
}

const (
	geluScale = 2 * math.Sqrt2 / math.SqrtPi
	geluCubic = 0.044715
)

// geluTanhGate returns w of [GELUTanh], and x bounded.
func geluTanhGate(x float64) (w, b float64) {
	b = min(max(x, -gateBound), gateBound)
	return geluScale * (b + float64(geluCubic*b*b*b)), b
}

// GELUTanh32 is [GELUTanh] in float32, with an error below 4 ulp, and 2|w| ulp more
// for negative numbers, where σ magnifies the rounding of w; 3|w| where there is no
// fused multiply-add.
func GELUTanh32(dst, src []float32) {
	checkLen("GELUTanh32", "dst", len(dst), "src", len(src))
	if geluTanhAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		w, _, _ := geluTanhGate32(x)
		dst[i] = max(x, -gateBound) * sigmoid32(w)
	}
}

// GELUTanhGrad32 computes the gradient with respect to the input of [GELUTanh32]
// from that with respect to its output, with an error of the derivative below
// 2⁻²².
func GELUTanhGrad32(dz, dy, z []float32) {
	checkLen("GELUTanhGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("GELUTanhGrad32", "dz", len(dz), "z", len(z))
	if geluTanhGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		w, b, square := geluTanhGate32(x)
		slope := float32(b * fma32(square, 3*geluCubic*geluScale, geluScale)) // b·w'
		dz[i] = dy[i] * float32(sigmoid32(w)*fma32(slope, sigmoid32(-w), 1))
	}
}

// geluTanhGate32 returns w of [GELUTanh], x bounded and the square of that.
func geluTanhGate32(x float32) (w, b, square float32) {
	b = min(max(x, -gateBound), gateBound)
	square = float32(b * b)
	return b * fma32(square, geluCubic*geluScale, geluScale), b, square
}

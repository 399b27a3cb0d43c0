package kernel

import "math"

// The functions below are those of float64 in float32. Their parameters are
// rounded to float32. What is not here is computed in float64, between [Widen]
// and [Narrow].

// Narrow rounds src to dst and reports whether all results are finite: whether
// src has neither an infinity nor a NaN, nor a number that is too large for
// float32.
func Narrow(dst []float32, src []float64) bool {
	checkLen("Narrow", "dst", len(dst), "src", len(src))
	var nonzero [4]uint64 // lanes of x-x, which is NaN for NaN and infinities
	n := narrowAsm(dst, src, &nonzero)
	finite := nonzero == [4]uint64{}
	for i, x := range src[n:] {
		y := float32(x)
		dst[n+i] = y
		finite = finite && y-y == 0
	}
	return finite
}

// Widen converts src to dst.
func Widen(dst []float64, src []float32) {
	checkLen("Widen", "dst", len(dst), "src", len(src))
	n := widenAsm(dst, src)
	for i, x := range src[n:] {
		dst[n+i] = float64(x)
	}
}

// Sigmoid32 is [Sigmoid] in float32, with an error below 3 ulp.
func Sigmoid32(dst, src []float32) {
	checkLen("Sigmoid32", "dst", len(dst), "src", len(src))
	if sigmoidAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = sigmoid32(x)
	}
}

// SigmoidGrad32 is [SigmoidGrad] in float32. The error of the derivative is below
// 4 ulp where it is not subnormal.
func SigmoidGrad32(dz, dy, z []float32) {
	checkLen("SigmoidGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("SigmoidGrad32", "dz", len(dz), "z", len(z))
	if sigmoidGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * sigmoidSlope32(x)
	}
}

// Tanh32 is [Tanh] in float32, with an error below 3 ulp.
func Tanh32(dst, src []float32) {
	checkLen("Tanh32", "dst", len(dst), "src", len(src))
	if tanhAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = tanh32(x)
	}
}

// TanhGrad32 is [TanhGrad] in float32. The error of the derivative is below 4 ulp
// where it is not subnormal.
func TanhGrad32(dz, dy, z []float32) {
	checkLen("TanhGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("TanhGrad32", "dz", len(dz), "z", len(z))
	if tanhGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * tanhSlope32(x)
	}
}

// SiLU32 is [SiLU] in float32, with an error below 4 ulp, or 2⁻¹⁴² where σ is
// subnormal.
func SiLU32(dst, src []float32) {
	checkLen("SiLU32", "dst", len(dst), "src", len(src))
	if siluAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = silu32(x)
	}
}

// SiLUGrad32 is [SiLUGrad] in float32, with an error of the derivative below 2⁻²².
func SiLUGrad32(dz, dy, z []float32) {
	checkLen("SiLUGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("SiLUGrad32", "dz", len(dz), "z", len(z))
	if siluGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * siluSlope32(x)
	}
}

// Softplus32 is [Softplus] in float32, with an error below 3 ulp.
func Softplus32(dst, src []float32) {
	checkLen("Softplus32", "dst", len(dst), "src", len(src))
	if softplusAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = softplus32(x)
	}
}

// SoftplusGrad32 is [SoftplusGrad] in float32, with the derivative that [Sigmoid32]
// computes.
func SoftplusGrad32(dz, dy, z []float32) {
	checkLen("SoftplusGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("SoftplusGrad32", "dz", len(dz), "z", len(z))
	if softplusGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * sigmoid32(x)
	}
}

// ELU32 is [ELU] in float32, with an error of at most 3 ulp for a width of 1.
func ELU32(dst, src []float32, slope, depth, width float64) {
	checkLen("ELU32", "dst", len(dst), "src", len(src))
	if eluAsmF32(dst, src, slope, depth, width) {
		return
	}
	s, d, w := float32(slope), float32(depth), float32(width)
	for i, x := range src {
		if x > 0 {
			dst[i] = s * x
		} else {
			dst[i] = d * expm132(x/w)
		}
	}
}

// ELUGrad32 is [ELUGrad] in float32, with an error of the derivative of at most 3
// ulp for a width of 1.
func ELUGrad32(dz, dy, z []float32, slope, depth, width float64) {
	checkLen("ELUGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("ELUGrad32", "dz", len(dz), "z", len(z))
	steepness := depth / width
	if eluGradAsmF32(dz, dy, z, slope, steepness, width) {
		return
	}
	s, st, w := float32(slope), float32(steepness), float32(width)
	for i, x := range z {
		if x > 0 {
			dz[i] = dy[i] * s
		} else {
			dz[i] = dy[i] * float32(st*exp32(x/w))
		}
	}
}

// Mish32 is [Mish] in float32, with an error below 5 ulp, or 2⁻¹⁴² where the gate
// is subnormal.
func Mish32(dst, src []float32) {
	checkLen("Mish32", "dst", len(dst), "src", len(src))
	if mishAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = mish32(x)
	}
}

// MishGrad32 is [MishGrad] in float32, with an error of the derivative below 2⁻²².
func MishGrad32(dz, dy, z []float32) {
	checkLen("MishGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("MishGrad32", "dz", len(dz), "z", len(z))
	if mishGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * mishSlope32(x)
	}
}

// ReLU32 is [ReLU] in float32.
func ReLU32(dst, src []float32) {
	checkLen("ReLU32", "dst", len(dst), "src", len(src))
	if reluAsmF32(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = max(x, 0)
	}
}

// ReLUGrad32 is [ReLUGrad] in float32.
func ReLUGrad32(dz, dy, z []float32) {
	checkLen("ReLUGrad32", "dz", len(dz), "dy", len(dy))
	checkLen("ReLUGrad32", "dz", len(dz), "z", len(z))
	if reluGradAsmF32(dz, dy, z) {
		return
	}
	for i, x := range z {
		d := math.Float32bits(dy[i]) // integers are selected without a branch
		if x <= 0 {
			d = 0
		}
		dz[i] = math.Float32frombits(d)
	}
}

// SGDStep32 is [SGDStep] in float32.
func SGDStep32(w, g []float32, rate float64) {
	checkLen("SGDStep32", "w", len(w), "g", len(g))
	axpy32(w, -rate, g)
}

// flush rounds x to multiples of 2⁻²³·c if it is small, and leaves it alone if it
// is larger than 2²⁴·c. What decays, as the mean of the gradients of a unit that
// is never active, thus does not become subnormal, which makes some processors
// take a hundred times as long.
func flush(x, c float32) float32 { return float32(x+c) - c }

// FlushTiny makes the numbers of x that are below 2⁻¹⁰⁴ zero, so that products
// with them are not subnormal.
func FlushTiny(x []float32) {
	for i, v := range x {
		x[i] = flush(v, tiny)
	}
}

const (
	tiny       = 0x1p-80 // for means of gradients
	tinyGrad   = 0x1p-34 // for gradients to be squared
	tinySquare = 0x1p-96 // for means of squares
)

// MomentumStep32 is [MomentumStep] in float32. Velocities below 2⁻¹⁰⁴ become 0.
func MomentumStep32(w, g, v []float32, rate, momentum float64) {
	checkLen("MomentumStep32", "w", len(w), "g", len(g))
	checkLen("MomentumStep32", "w", len(w), "v", len(v))
	if momentumAsmF32(w, g, v, -rate, momentum) {
		return
	}
	minusRate, mu := float32(-rate), float32(momentum)
	for i := range w {
		v[i] = flush(fma32(mu, v[i], minusRate*g[i]), tiny)
		w[i] += v[i]
	}
}

// NesterovStep32 is [NesterovStep] in float32.
func NesterovStep32(w, g, v []float32, rate, momentum float64) {
	checkLen("NesterovStep32", "w", len(w), "g", len(g))
	checkLen("NesterovStep32", "w", len(w), "v", len(v))
	if nesterovAsmF32(w, g, v, -rate, momentum) {
		return
	}
	minusRate, mu := float32(-rate), float32(momentum)
	for i := range w {
		d := float32(minusRate * g[i])
		v[i] = flush(fma32(mu, v[i], d), tiny)
		w[i] += fma32(mu, v[i], d)
	}
}

// AdamStep32 is [AdamStep] in float32. Means of gradients below 2⁻¹⁰⁴ become 0,
// and so do, in the means of the squares, gradients below 2⁻⁵⁸.
func AdamStep32(w, g, m, v []float32, k AdamCoefficients) {
	checkLen("AdamStep32", "w", len(w), "g", len(g))
	checkLen("AdamStep32", "w", len(w), "m", len(m))
	checkLen("AdamStep32", "w", len(w), "v", len(v))
	rest1, rest2 := 1-k.Beta1, 1-k.Beta2
	if adamAsmF32(w, g, m, v, k.Beta1, rest1, k.Beta2, rest2, -k.Rate, k.RootScale, k.Epsilon) {
		return
	}
	beta1, r1, beta2, r2 := float32(k.Beta1), float32(rest1), float32(k.Beta2), float32(rest2)
	minusRate, rootScale, epsilon := float32(-k.Rate), float32(k.RootScale), float32(k.Epsilon)
	for i, g := range g {
		m[i] = flush(fma32(beta1, m[i], r1*g), tiny)
		g = flush(g, tinyGrad)
		v[i] = flush(fma32(beta2, v[i], r2*g*g), tinySquare)
		root := float32(math.Sqrt(float64(v[i]))) // as if it were rounded once
		w[i] = fma32(minusRate, m[i]/fma32(root, rootScale, epsilon), w[i])
	}
}

// Scale32 is [Scale] in float32.
func Scale32(x []float32, a float64) {
	if scaleAsmF32(x, a) {
		return
	}
	for i := range x {
		x[i] *= float32(a)
	}
}

// MulElem32 is [MulElem] in float32.
func MulElem32(dst, x, y []float32) {
	checkLen("MulElem32", "dst", len(dst), "x", len(x))
	checkLen("MulElem32", "dst", len(dst), "y", len(y))
	if mulElemAsmF32(dst, x, y) {
		return
	}
	for i, x := range x {
		dst[i] = x * y[i]
	}
}

// AddMulElem32 is [AddMulElem] in float32.
func AddMulElem32(dst, x, y []float32) {
	checkLen("AddMulElem32", "dst", len(dst), "x", len(x))
	checkLen("AddMulElem32", "dst", len(dst), "y", len(y))
	if addMulElemAsmF32(dst, x, y) {
		return
	}
	for i, x := range x {
		dst[i] += float32(x * y[i])
	}
}

// ScaleShift32 is [ScaleShift] in float32.
func ScaleShift32(y, x, scale, shift []float32) {
	checkLen("ScaleShift32", "y", len(y), "x", len(x))
	checkLen("ScaleShift32", "y", len(y), "scale", len(scale))
	checkLen("ScaleShift32", "y", len(y), "shift", len(shift))
	if scaleShiftAsmF32(y, x, scale, shift) {
		return
	}
	for i, x := range x {
		y[i] = float32(x*scale[i]) + shift[i]
	}
}

// ScaleShiftGrad32 is [ScaleShiftGrad] in float32.
func ScaleShiftGrad32(dscale, dshift, dy, x, scale []float32) {
	checkLen("ScaleShiftGrad32", "dy", len(dy), "dscale", len(dscale))
	checkLen("ScaleShiftGrad32", "dy", len(dy), "dshift", len(dshift))
	checkLen("ScaleShiftGrad32", "dy", len(dy), "x", len(x))
	checkLen("ScaleShiftGrad32", "dy", len(dy), "scale", len(scale))
	if scaleShiftGradAsmF32(dscale, dshift, dy, x, scale) {
		return
	}
	for i, d := range dy {
		dscale[i] += float32(d * x[i])
		dshift[i] += d
		dy[i] = d * scale[i]
	}
}

// Axpy32 is [Axpy] in float32.
func Axpy32(y []float32, a float64, x []float32) {
	checkLen("Axpy32", "y", len(y), "x", len(x))
	axpy32(y, a, x)
}

func axpy32(y []float32, a float64, x []float32) {
	if axpyAsmF32(y, x, a) {
		return
	}
	c := float32(a)
	for i, x := range x {
		y[i] = fma32(c, x, y[i])
	}
}

// AllFinite32 is [AllFinite] in float32.
func AllFinite32(x []float32) bool {
	n := 0
	if len(x) >= 16 {
		var nonzero [8]uint64 // see AllFinite
		n = scanAsmF32(x, &nonzero)
		if nonzero != [8]uint64{} {
			return false
		}
	}
	for _, v := range x[n:] {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// SumSquares32 returns what [SumSquares] returns for x in float64.
func SumSquares32(x []float32) float64 {
	var s [8]float64
	var wide [512]float64
	for len(x) > 0 {
		n := min(len(x), len(wide)) // a multiple of eight but for the last
		Widen(wide[:n], x[:n])
		addSquares(wide[:n], &s)
		x = x[n:]
	}
	return sumLanes(&s)
}

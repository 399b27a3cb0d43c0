package kernel

import (
	"fmt"
	"math"
	"math/bits"
)

// The element-wise functions below do not allocate, accept slices of any length
// and alignment, and may be called from several goroutines at once. A slice
// that is written may be identical to one that is read; slices must not overlap
// in any other way. The functions panic if the lengths differ.

// Exp computes dst[i] = exp(src[i]), with an error below 1 ulp, including
// subnormal results.
func Exp(dst, src []float64) {
	checkLen("Exp", "dst", len(dst), "src", len(src))
	if expAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = exp(x)
	}
}

// Sigmoid computes dst[i] = σ(src[i]) = 1/(1+exp(-src[i])), with an error below
// 2 ulp, including subnormal results.
func Sigmoid(dst, src []float64) {
	checkLen("Sigmoid", "dst", len(dst), "src", len(src))
	if sigmoidAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = sigmoid(x)
	}
}

// SigmoidGrad computes the gradient with respect to the input of [Sigmoid] from
// that with respect to its output, dz[i] = dy[i]·σ(z[i])·σ(-z[i]). The error of
// the derivative is below 3 ulp, even in the tails, where 1-σ(z) would be zero.
func SigmoidGrad(dz, dy, z []float64) {
	checkLen("SigmoidGrad", "dz", len(dz), "dy", len(dy))
	checkLen("SigmoidGrad", "dz", len(dz), "z", len(z))
	if sigmoidGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * sigmoidSlope(x)
	}
}

// Tanh computes dst[i] = tanh(src[i]), with an error below 2 ulp.
func Tanh(dst, src []float64) {
	checkLen("Tanh", "dst", len(dst), "src", len(src))
	if tanhAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = tanh(x)
	}
}

// TanhGrad computes the gradient with respect to the input of [Tanh] from that
// with respect to its output, dz[i] = dy[i]·sech²(z[i]). The error of the
// derivative is below 3 ulp, even in the tails, where 1-tanh²(z) would be zero.
func TanhGrad(dz, dy, z []float64) {
	checkLen("TanhGrad", "dz", len(dz), "dy", len(dy))
	checkLen("TanhGrad", "dz", len(dz), "z", len(z))
	if tanhGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * tanhSlope(x)
	}
}

// ELU computes dst[i] = slope·src[i] where src[i] > 0, and elsewhere
// depth·(exp(src[i]/width) - 1).
func ELU(dst, src []float64, slope, depth, width float64) {
	checkLen("ELU", "dst", len(dst), "src", len(src))
	if eluAsm(dst, src, slope, depth, width) {
		return
	}
	for i, x := range src {
		dst[i] = elu(x, slope, depth, width)
	}
}

// ELUGrad computes the gradient with respect to the input of [ELU] from that with
// respect to its output: dz[i] = dy[i]·slope where z[i] > 0, and elsewhere
// dy[i]·depth/width·exp(z[i]/width).
func ELUGrad(dz, dy, z []float64, slope, depth, width float64) {
	checkLen("ELUGrad", "dz", len(dz), "dy", len(dy))
	checkLen("ELUGrad", "dz", len(dz), "z", len(z))
	steepness := depth / width
	if eluGradAsm(dz, dy, z, slope, steepness, width) {
		return
	}
	for i, x := range z {
		if x > 0 {
			dz[i] = dy[i] * slope
		} else {
			dz[i] = dy[i] * (steepness * exp(x/width))
		}
	}
}

// SiLU computes dst[i] = src[i]·σ(src[i]), with σ of [Sigmoid].
func SiLU(dst, src []float64) {
	checkLen("SiLU", "dst", len(dst), "src", len(src))
	if siluAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = max(x, -gateBound) * sigmoid(x)
	}
}

// SiLUGrad computes the gradient with respect to the input of [SiLU] from that with
// respect to its output, with the derivative σ(x)·(1 + x·(1 - σ(x))).
func SiLUGrad(dz, dy, z []float64) {
	checkLen("SiLUGrad", "dz", len(dz), "dy", len(dy))
	checkLen("SiLUGrad", "dz", len(dz), "z", len(z))
	if siluGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		s := sigmoid(x)
		x = min(max(x, -gateBound), gateBound)
		dz[i] = dy[i] * (s * (1 + float64(x*(1-s))))
	}
}

// Softplus computes dst[i] = log(1 + exp(src[i])), as max(src[i], 0) +
// log(1 + exp(-|src[i]|)), which does not overflow.
func Softplus(dst, src []float64) {
	checkLen("Softplus", "dst", len(dst), "src", len(src))
	if softplusAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = max(x, 0) + Log1p(exp(-math.Abs(x)))
	}
}

// SoftplusGrad computes the gradient with respect to the input of [Softplus] from
// that with respect to its output, with the derivative σ.
func SoftplusGrad(dz, dy, z []float64) {
	checkLen("SoftplusGrad", "dz", len(dz), "dy", len(dy))
	checkLen("SoftplusGrad", "dz", len(dz), "z", len(z))
	if softplusGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * sigmoid(x)
	}
}

// Mish computes dst[i] = src[i]·g(src[i]). With e = exp(x) the gate g is a
// fraction,
//
//	g(x) = tanh(log(1 + e)) = (e² + 2e)/(e² + 2e + 2)
//
// in which nothing cancels.
func Mish(dst, src []float64) {
	checkLen("Mish", "dst", len(dst), "src", len(src))
	if mishAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = mish(x)
	}
}

// MishGrad computes the gradient with respect to the input of [Mish] from that
// with respect to its output.
func MishGrad(dz, dy, z []float64) {
	checkLen("MishGrad", "dz", len(dz), "dy", len(dy))
	checkLen("MishGrad", "dz", len(dz), "z", len(z))
	if mishGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		dz[i] = dy[i] * mishSlope(x)
	}
}

// ReLU computes dst[i] = max(src[i], 0). The result for NaN is NaN, and for -0
// it is +0.
func ReLU(dst, src []float64) {
	checkLen("ReLU", "dst", len(dst), "src", len(src))
	if reluAsm(dst, src) {
		return
	}
	for i, x := range src {
		dst[i] = max(x, 0)
	}
}

// ReLUGrad computes the gradient with respect to the input of [ReLU] from that
// with respect to its output: dz[i] is +0 where z[i] <= 0 and dy[i] elsewhere,
// including where z[i] is NaN.
func ReLUGrad(dz, dy, z []float64) {
	checkLen("ReLUGrad", "dz", len(dz), "dy", len(dy))
	checkLen("ReLUGrad", "dz", len(dz), "z", len(z))
	if reluGradAsm(dz, dy, z) {
		return
	}
	for i, x := range z {
		d := math.Float64bits(dy[i]) // integers are selected without a branch
		if x <= 0 {
			d = 0
		}
		dz[i] = math.Float64frombits(d)
	}
}

// SoftmaxRows computes the softmax of each row of the matrix z, which is
// contiguous and has cols columns:
//
//	y[i,j] = exp(z[i,j]-mᵢ) / Σₖ exp(z[i,k]-mᵢ)    mᵢ = maxₖ z[i,k]
//
// with an error below 2 ulp, or 3 without fused multiply-adds: the difference
// is exact, and the sum, in the order that [SumSquares] describes, is
// compensated for rounding. A row that contains a NaN, a +Inf or only -Inf
// becomes NaN.
//
// SoftmaxRows panics if cols is not positive or does not divide the length.
func SoftmaxRows(y, z []float64, cols int) {
	checkLen("SoftmaxRows", "y", len(y), "z", len(z))
	if cols <= 0 || len(z)%cols != 0 {
		panic(fmt.Sprintf("kernel: SoftmaxRows: %d numbers are no matrix of %d columns", len(z), cols))
	}
	if len(z) > 0 && !softmaxRowsAsm(y, z, cols) {
		softmaxRows(y, z, cols)
	}
}

// SGDStep updates the parameters w by gradient descent, w[i] -= rate·g[i], with
// one rounding.
func SGDStep(w, g []float64, rate float64) {
	checkLen("SGDStep", "w", len(w), "g", len(g))
	axpy(w, -rate, g)
}

// MomentumStep updates the parameters w and their velocities v by gradient
// descent with momentum:
//
//	v = momentum·v - rate·g
//	w += v
func MomentumStep(w, g, v []float64, rate, momentum float64) {
	checkLen("MomentumStep", "w", len(w), "g", len(g))
	checkLen("MomentumStep", "w", len(w), "v", len(v))
	if momentumAsm(w, g, v, -rate, momentum) {
		return
	}
	for i := range w {
		v[i] = fma(momentum, v[i], -rate*g[i])
		w[i] += v[i]
	}
}

// NesterovStep is [MomentumStep] with Nesterov's momentum, where w holds the
// parameters one step of the velocity ahead:
//
//	v = momentum·v - rate·g
//	w += momentum·v - rate·g
func NesterovStep(w, g, v []float64, rate, momentum float64) {
	checkLen("NesterovStep", "w", len(w), "g", len(g))
	checkLen("NesterovStep", "w", len(w), "v", len(v))
	if nesterovAsm(w, g, v, -rate, momentum) {
		return
	}
	for i := range w {
		d := -rate * g[i]
		v[i] = fma(momentum, v[i], d)
		w[i] += fma(momentum, v[i], d)
	}
}

// AdamCoefficients are the coefficients of one step of Adam.
type AdamCoefficients struct {
	Beta1, Beta2 float64 // decay rates β₁, β₂ of the moments
	Epsilon      float64 // ε
	Rate         float64 // α/(1-β₁ᵗ): step size without the first moment's bias
	RootScale    float64 // 1/√(1-β₂ᵗ): removes the bias from the root of the second
}

// NewAdamCoefficients returns the coefficients of step t = 1, 2, ... for the
// step size rate and the decay rates beta1 and beta2.
func NewAdamCoefficients(t int, rate, beta1, beta2, epsilon float64) AdamCoefficients {
	return AdamCoefficients{
		Beta1:     beta1,
		Beta2:     beta2,
		Epsilon:   epsilon,
		Rate:      rate / BiasCorrection(beta1, t),
		RootScale: 1 / math.Sqrt(BiasCorrection(beta2, t)),
	}
}

// BiasCorrection returns 1-βᵗ without the cancellation of that formula for
// small t. It iterates over the bits of t, using 1-β²ᵗ = (1-βᵗ)·(1+βᵗ).
func BiasCorrection(beta float64, t int) float64 {
	y := 0.0
	for i := bits.Len(uint(t)) - 1; i >= 0; i-- {
		y = float64(y * (2 - y)) // otherwise arm64 would fuse it with 1 - y below
		if t>>i&1 == 1 {
			y = fma(1-beta, 1-y, y)
		}
	}
	return y
}

// AdamStep updates the parameters w and their moments m and v by Adam (Kingma
// and Ba, 2015, algorithm 1):
//
//	m = β₁·m + (1-β₁)·g
//	v = β₂·v + (1-β₂)·g²
//	w -= α · m/(1-β₁ᵗ) / (√(v/(1-β₂ᵗ)) + ε)
//
// The bias corrections are factored out of the fractions, as in
// [AdamCoefficients], which changes an update by a few ulp.
func AdamStep(w, g, m, v []float64, k AdamCoefficients) {
	checkLen("AdamStep", "w", len(w), "g", len(g))
	checkLen("AdamStep", "w", len(w), "m", len(m))
	checkLen("AdamStep", "w", len(w), "v", len(v))
	rest1, rest2 := 1-k.Beta1, 1-k.Beta2
	if adamAsm(w, g, m, v, k.Beta1, rest1, k.Beta2, rest2, -k.Rate, k.RootScale, k.Epsilon) {
		return
	}
	for i, g := range g {
		m[i] = fma(k.Beta1, m[i], rest1*g)
		v[i] = fma(k.Beta2, v[i], rest2*g*g)
		w[i] = fma(-k.Rate, m[i]/fma(math.Sqrt(v[i]), k.RootScale, k.Epsilon), w[i])
	}
}

// Scale computes x[i] *= a.
func Scale(x []float64, a float64) {
	if scaleAsm(x, a) {
		return
	}
	for i := range x {
		x[i] *= a
	}
}

// MulElem computes dst[i] = x[i]·y[i].
func MulElem(dst, x, y []float64) {
	checkLen("MulElem", "dst", len(dst), "x", len(x))
	checkLen("MulElem", "dst", len(dst), "y", len(y))
	if mulElemAsm(dst, x, y) {
		return
	}
	for i, x := range x {
		dst[i] = x * y[i]
	}
}

// AddMulElem computes dst[i] += x[i]·y[i], with two roundings: of the product
// and of the sum.
func AddMulElem(dst, x, y []float64) {
	checkLen("AddMulElem", "dst", len(dst), "x", len(x))
	checkLen("AddMulElem", "dst", len(dst), "y", len(y))
	if addMulElemAsm(dst, x, y) {
		return
	}
	for i, x := range x {
		dst[i] += float64(x * y[i])
	}
}

// ScaleShift computes y[i] = x[i]·scale[i] + shift[i], with two roundings, as
// [AddMulElem].
func ScaleShift(y, x, scale, shift []float64) {
	checkLen("ScaleShift", "y", len(y), "x", len(x))
	checkLen("ScaleShift", "y", len(y), "scale", len(scale))
	checkLen("ScaleShift", "y", len(y), "shift", len(shift))
	if scaleShiftAsm(y, x, scale, shift) {
		return
	}
	for i, x := range x {
		y[i] = float64(x*scale[i]) + shift[i]
	}
}

// ScaleShiftGrad is the derivative of [ScaleShift], which turns ∂L/∂y in dy into
// ∂L/∂x and adds those with respect to scale and shift to dscale and dshift:
//
//	dscale[i] += dy[i]·x[i];  dshift[i] += dy[i];  dy[i] = dy[i]·scale[i]
func ScaleShiftGrad(dscale, dshift, dy, x, scale []float64) {
	checkLen("ScaleShiftGrad", "dy", len(dy), "dscale", len(dscale))
	checkLen("ScaleShiftGrad", "dy", len(dy), "dshift", len(dshift))
	checkLen("ScaleShiftGrad", "dy", len(dy), "x", len(x))
	checkLen("ScaleShiftGrad", "dy", len(dy), "scale", len(scale))
	if scaleShiftGradAsm(dscale, dshift, dy, x, scale) {
		return
	}
	for i, d := range dy {
		dscale[i] += float64(d * x[i])
		dshift[i] += d
		dy[i] = d * scale[i]
	}
}

// Axpy computes y[i] += a·x[i], with one rounding.
func Axpy(y []float64, a float64, x []float64) {
	checkLen("Axpy", "y", len(y), "x", len(x))
	axpy(y, a, x)
}

func axpy(y []float64, a float64, x []float64) {
	if axpyAsm(y, x, a) {
		return
	}
	if !hasFMA {
		for i, x := range x {
			y[i] += float64(a * x)
		}
		return
	}
	for i, x := range x {
		y[i] = math.FMA(a, x, y[i])
	}
}

// AllFinite reports whether x contains neither an infinity nor a NaN.
func AllFinite(x []float64) bool {
	if len(x) >= 8 { // apart, because the array makes every call slower
		return manyFinite(x)
	}
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

func manyFinite(x []float64) bool {
	var nonzero [8]uint64 // lanes of x-x, which is NaN for NaN and infinities
	n := scanAsm(x, &nonzero)
	if nonzero != [8]uint64{} {
		return false
	}
	for _, v := range x[n:] {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// SumSquares returns Σ x[i]². Eight chains of fused multiply-adds take the
// elements in turn, chain j those with i mod 8 = j, and are then added as
//
//	((s₀+s₄) + (s₂+s₆)) + ((s₁+s₅) + (s₃+s₇))
func SumSquares(x []float64) float64 {
	var s [8]float64
	addSquares(x, &s)
	return sumLanes(&s)
}

// addSquares continues the chains of [SumSquares].
func addSquares(x []float64, s *[8]float64) {
	n := squaresAsm(x, s)
	for i, v := range x[n:] {
		s[i%8] = fma(v, v, s[i%8])
	}
}

func sumLanes(s *[8]float64) float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func checkLen(op, a string, na int, b string, nb int) {
	if na != nb {
		panicLen(op, a, na, b, nb)
	}
}

func panicLen(op, a string, na int, b string, nb int) {
	panic(fmt.Sprintf("kernel: %s: %s has length %d, %s has %d", op, a, na, b, nb))
}

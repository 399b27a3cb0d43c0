package kernel

import "math"

// The exponential function of float32 is made like that of float64. Its
// polynomial is
//
//	exp(r)-1 ≈ r + r²·(c₀ + c₁·r + ... + c₅·r⁵)
//
// with a relative error of 2⁻²⁹. The assembly evaluates it in the same order.
const (
	log2E32 = math.Log2E

	// The first part of ln 2 has eight trailing zeros and more, so that n·ln2Hi32
	// is exact.
	ln2Hi32 = 0x1.62e4p-1
	ln2Lo32 = 0x1.7f7d1cp-20

	// expShift32 + x is expShift32 + n, and its last bits are those of n+127, the
	// exponent of 2ⁿ.
	expShift32 = 0x1.8p23 + expBias32
	expBias32  = 127

	expMin32  = -105 // the result is 0
	tanhMin32 = -20  // exp(x)-1 is -1, and so tanh is ±1 from |x| = 10 on

	exp32C0 = 0x1.000000p-1
	exp32C1 = 0x1.555556p-3
	exp32C2 = 0x1.5554eap-5
	exp32C3 = 0x1.1110e0p-7
	exp32C4 = 0x1.6d4316p-10
	exp32C5 = 0x1.a124e4p-13
)

// reduce32 returns t = exp(r)-1, where r = x - n·ln 2, and a word whose last nine
// bits are n+127. x must be in [expMin32, 0], or NaN.
func reduce32(x float32) (t float32, k uint32) {
	high, n, k := reduceHigh32(x)
	return expPoly32(fma32(-n, ln2Lo32, high)), k
}

// reduceSum32 is reduce32 of x plus a small number.
func reduceSum32(x, low float32) (t float32, k uint32) {
	high, n, k := reduceHigh32(x)
	return expPoly32(high + fma32(-n, ln2Lo32, low)), k
}

// reduceHigh32 returns x - n·ln2Hi32, n and the word of reduce32.
func reduceHigh32(x float32) (r, n float32, k uint32) {
	s := fma32(x, log2E32, expShift32)
	n = s - expShift32
	return fma32(-n, ln2Hi32, x), n, math.Float32bits(s)
}

func expPoly32(r float32) (t float32) {
	q := fma32(r, fma32(r, fma32(r, fma32(r, fma32(r, exp32C5, exp32C4), exp32C3), exp32C2), exp32C1), exp32C0)
	return fma32(float32(r*r), q, r)
}

// scale32 returns p·2ⁿ like scale.
func scale32(p float32, k uint32) float32 {
	k += expBias32
	half := k >> 1
	return float32(p*math.Float32frombits(half<<23)) * math.Float32frombits((k-half)<<23)
}

// exp32 returns exp(x) for x <= 0.
func exp32(x float32) float32 {
	t, k := reduce32(max(x, expMin32))
	return scale32(1+t, k)
}

// share32 returns e/(1+e), where e = exp(x), for x <= 0.
func share32(x float32) float32 {
	e := exp32(x)
	return e / (1 + e)
}

func abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

func sigmoid32(x float32) float32 {
	s := share32(-abs32(x))
	if x < 0 {
		return s
	}
	return 1 - s
}

// sigmoidSlope32 returns σ(x)·σ(-x) = s-s², where s = σ(-|x|).
func sigmoidSlope32(x float32) float32 {
	s := share32(-abs32(x))
	return fma32(-s, s, s)
}

// expm132 returns exp(x)-1 = 2ⁿ·t + (2ⁿ-1) for x <= 0.
func expm132(x float32) float32 {
	t, k := reduce32(max(x, tanhMin32))
	p := math.Float32frombits(k << 23)
	return fma32(p, t, p-1)
}

// tanh32 returns ∓m/(2+m), where m = exp(-2|x|)-1.
func tanh32(x float32) float32 {
	m := expm132(-2 * abs32(x))
	return float32(math.Copysign(float64(m/(2+m)), float64(x)))
}

// tanhSlope32 returns sech²(x) = 4(s-s²), where s = σ(-2|x|).
func tanhSlope32(x float32) float32 {
	s := share32(-2 * abs32(x))
	return 4 * fma32(-s, s, s)
}

func silu32(x float32) float32 { return max(x, -gateBound) * sigmoid32(x) }

// siluSlope32 returns σ(x)·(1 + x·σ(-x)).
func siluSlope32(x float32) float32 {
	bounded := min(max(x, -gateBound), gateBound)
	return sigmoid32(x) * fma32(bounded, sigmoid32(-x), 1)
}

func mish32(x float32) float32 {
	num, den, _ := mishGate32(x)
	return max(x, -gateBound) * float32(num/den)
}

// mishSlope32 is mishSlope in float32.
func mishSlope32(x float32) float32 {
	num, den, e := mishGate32(x)
	slope := float32(4*e) * (1 + e)
	if x > 0 {
		slope *= e
	}
	bounded := min(max(x, -gateBound), gateBound)
	return fma32(bounded, slope/den, num) / den
}

// mishGate32 is mishGate in float32.
func mishGate32(x float32) (num, den, e float32) {
	e = exp32(-abs32(x))
	if x > 0 {
		num = 1 + 2*e // 2·e is exact
		return num, fma32(2*e, e, num), e
	}
	num = float32(e * (e + 2))
	return num, num + 2, e
}

// softplus32 returns max(x, 0) + log(1+e), where e = exp(-|x|). A polynomial with a
// relative error of 2⁻²⁹ is log(1+e)/e for e in [0, 1]; gen/fit.py made it.
func softplus32(x float32) float32 {
	const (
		c0  = 0x1p+0
		c1  = -0x1.fffff2p-2
		c2  = 0x1.555324p-2
		c3  = -0x1.ffb934p-3
		c4  = 0x1.9742f8p-3
		c5  = -0x1.49797ap-3
		c6  = 0x1.fb00b2p-4
		c7  = -0x1.4f61d4p-4
		c8  = 0x1.4fed04p-5
		c9  = -0x1.b02382p-7
		c10 = 0x1.04667ap-9
	)
	e := exp32(-abs32(x))
	p := fma32(e, fma32(e, fma32(e, fma32(e, fma32(e, c10, c9), c8), c7), c6), c5)
	p = fma32(e, fma32(e, fma32(e, fma32(e, fma32(e, p, c4), c3), c2), c1), c0)
	return fma32(e, p, max(x, 0))
}

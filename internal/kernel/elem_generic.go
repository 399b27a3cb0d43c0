package kernel

import "math"

// The exponential function is that of Cody and Waite: with the integer n
// nearest to x/ln 2 and r = x - n·ln 2,
//
//	exp(x) = 2ⁿ·(1+t)    t = exp(r)-1 ≈ r + r²·q    q = c₀ + c₁·r + ... + c₉·r⁹
//
// The polynomial is the best approximation of t/r on |r| <= ln 2 / 2; its
// relative error is 1.8e-17. The assembly evaluates it in the same order.
const (
	log2E = 0x1.71547652b82fep+0 // 1/ln 2

	// The first part of ln 2 has 21 trailing zeros, so that n·ln2Hi is exact.
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = 0x1.a39ef35793c76p-33

	// expShift + x is expShift + n, and its last bits are those of n+1023, the
	// exponent of 2ⁿ.
	expShift = 0x1.8p52 + expBias
	expBias  = 1023

	// Outside these limits the result is 0 or infinite; even 4·exp(expMin) is
	// 0.
	expMin = -750
	expMax = 710

	// tanh is ±1 from |x| = -tanhMin/2 on.
	tanhMin = -80

	expC0 = 0x1.0000000000005p-1
	expC1 = 0x1.555555555555cp-3
	expC2 = 0x1.55555555520f4p-5
	expC3 = 0x1.111111110e6cep-7
	expC4 = 0x1.6c16c17f37740p-10
	expC5 = 0x1.a01a01b5d9299p-13
	expC6 = 0x1.a019a685c2ff5p-16
	expC7 = 0x1.71ddea05252d7p-19
	expC8 = 0x1.28a2ab98810b1p-22
	expC9 = 0x1.af76aa088e7bep-26
)

// reduce returns r, q = c₀ + c₁·r + ... and a word whose last twelve bits are
// n+1023. x must be in [expMin, expMax], or NaN.
func reduce(x float64) (r, q float64, k uint64) {
	r, n, k := reduceHigh(x)
	r = fma(-n, ln2Lo, r)
	return r, expPoly(r), k
}

// reduceHigh returns x - n·ln2Hi, n and the word of reduce.
func reduceHigh(x float64) (r, n float64, k uint64) {
	s := fma(x, log2E, expShift)
	n = s - expShift
	return fma(-n, ln2Hi, x), n, math.Float64bits(s)
}

func expPoly(r float64) (q float64) {
	r2 := r * r
	even := fma(r2, fma(r2, fma(r2, fma(r2, expC8, expC6), expC4), expC2), expC0)
	odd := fma(r2, fma(r2, fma(r2, fma(r2, expC9, expC7), expC5), expC3), expC1)
	return fma(r, odd, even)
}

// expReduced returns exp(r) = 1+t. The rounding error of 1+r is added to the
// rest.
func expReduced(r, q float64) float64 {
	s := 1 + r
	return s + fma(r*r, q, r-(s-1))
}

// scale returns p·2ⁿ, rounded once, for p near 1 and the word of reduce. It
// multiplies by the power in two parts, because 2ⁿ itself need not be
// representable.
func scale(p float64, k uint64) float64 {
	k += expBias
	half := k >> 1
	return p * math.Float64frombits(half<<52) * math.Float64frombits((k-half)<<52)
}

func exp(x float64) float64 {
	r, q, k := reduce(min(max(x, expMin), expMax))
	return scale(expReduced(r, q), k)
}

// sigmoid returns 1/(1+e) = 1-s for x >= 0 and e/(1+e) = e-e·s for x < 0, where
// e = exp(-|x|) and s = e/(1+e). The subtractions absorb the errors of s.
func sigmoid(x float64) float64 {
	r, q, k := reduce(max(-math.Abs(x), expMin))
	e := scale(expReduced(r, q), k)
	m := math.Float64bits(1) // integers are selected without a branch
	if x < 0 {
		m = math.Float64bits(e)
	}
	y := math.Float64frombits(m)
	return fma(-y, e/(1+e), y)
}

// sigmoidSlope returns σ(x)·σ(-x) = y-y², where y = σ(-|x|).
func sigmoidSlope(x float64) float64 {
	r, q, k := reduce(max(-math.Abs(x), expMin))
	e := scale(expReduced(r, q), k)
	y := fma(-e, e/(1+e), e)
	return fma(-y, y, y)
}

// tanh returns ±(1-e)/(1+e), where e = exp(-2|x|) = p+w and p = 2ⁿ. The
// quotient y is corrected by the remainder (1-p-w) - y·(1+p+w), divided by 1+e.
func tanh(x float64) float64 {
	r, q, k := reduce(max(-2*math.Abs(x), tanhMin))
	p := math.Float64frombits(k << 52)
	w := p * fma(r*r, q, r)
	a, b := 1-p, 1+p
	inv := 1 / (b + w)
	y := (a - w) * inv
	rem := fma(-w, y, fma(-y, b, a)-w)
	return math.Copysign(fma(inv, rem, y), x)
}

// tanhSlope returns sech²(x) = 4(y-y²), where y = σ(-2|x|). It computes 4y,
// which is more precise than y where y is subnormal.
func tanhSlope(x float64) float64 {
	r, q, k := reduce(max(-2*math.Abs(x), expMin))
	e4 := scale(4*expReduced(r, q), k)
	e := 0.25 * e4
	y4 := fma(-e, e4/(1+e), e4)
	return fma(-0.25*y4, y4, y4)
}

// elu implements [ELU] for a single number. It uses exp(x)-1 = 2t/(1-t),
// t = tanh(x/2), which does not lose digits where exp(x) is close to one.
func elu(x, slope, depth, width float64) float64 {
	if x > 0 {
		return slope * x
	}
	t := tanh(x / width / 2)
	return depth * (2 * t / (1 - t))
}

// mish implements [Mish] for a single number.
func mish(x float64) float64 {
	num, den, _ := mishGate(x)
	return max(x, -gateBound) * (num / den)
}

// mishSlope returns the derivative of mish, g + x·g', where g is the gate and
// g' = 4e(e+1)/(e²+2e+2)².
func mishSlope(x float64) float64 {
	num, den, e := mishGate(x)
	slope := 4 * e * (1 + e)
	if x > 0 {
		slope *= e
	}
	x = min(max(x, -gateBound), gateBound)
	return (num + float64(x*(slope/den))) / den
}

// gateBound limits x in products with what is 0 beyond it, so that 0·∞ is 0.
const gateBound = 1000

// mishGate returns the numerator and the denominator of the gate of [Mish], and
// exp(-|x|). For x > 0 both are divided by exp(2x), which would overflow.
func mishGate(x float64) (num, den, e float64) {
	e = exp(-math.Abs(x))
	if x > 0 {
		num = 1 + 2*e // 2·e is exact
		return num, num + float64(2*e*e), e
	}
	num = float64(e * (e + 2))
	return num, num + 2, e
}

// expShifted returns exp(x-m) for x <= m, where the difference is not rounded:
// it is d plus the rounding error of d (Knuth, The Art of Computer Programming,
// volume 2, 4.2.2, theorem B).
func expShifted(x, m float64) float64 {
	d := x - m
	b := d - x
	tail := (x - (d - b)) - (m + b)
	if !(d >= expMin) {
		tail = 0
	}
	first, n, k := reduceHigh(max(d, expMin))
	high := first + tail
	r := fma(-n, ln2Lo, high)
	tail = fma(-n, ln2Lo, high-r) + ((first - high) + tail)
	one := 1 + r
	return scale(one+fma(r*r, expPoly(r), (r-(one-1))+tail), k)
}

// softmaxRows implements [SoftmaxRows].
func softmaxRows(y, z []float64, cols int) {
	for ; len(z) > 0; y, z = y[cols:], z[cols:] {
		y, z := y[:cols], z[:cols]
		m := z[0]
		for _, v := range z[1:] {
			m = max(m, v)
		}
		var sums [8]compensated
		for j, v := range z {
			y[j] = expShifted(v, m)
			sums[j%8].add(y[j])
		}
		for half := 4; half > 0; half /= 2 {
			for i := range half {
				sums[i].add(sums[i+half].sum)
				sums[i].lack += sums[i+half].lack
			}
		}
		total := sums[0].sum + sums[0].lack
		tail := (sums[0].sum - total) + sums[0].lack
		inverse := 1 / total
		for j, e := range y {
			q := e * inverse
			rest := fma(-q, tail, fma(-q, total, e))
			y[j] = fma(inverse, rest, q)
		}
	}
}

// compensated is a sum and its accumulated rounding error.
type compensated struct{ sum, lack float64 }

func (c *compensated) add(x float64) {
	sum := c.sum + x
	b := sum - c.sum
	c.lack += (c.sum - (sum - b)) + (x - b)
	c.sum = sum
}

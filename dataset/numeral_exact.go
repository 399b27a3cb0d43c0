package dataset

import (
	"math"
	"math/bits"
)

// mostScale is the largest power of 5 that a uint64 holds.
const mostScale = 27

// powersOf5 and powersOf10 are 5ᵏ and 10ᵏ.
var (
	powersOf5  = powersOf(5)
	powersOf10 = powersOf(10)
)

// powersOf returns the powers of base, which wrap around where a uint64 does not
// hold them.
func powersOf(base uint64) (powers [mostScale + 1]uint64) {
	power := uint64(1)
	for k := range powers {
		powers[k] = power
		power *= base
	}
	return powers
}

// exactPowersOf10 are those that a float64 has.
var exactPowersOf10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// quotient returns m/10ᵏ, rounded to the nearest float64, for m > 0 and k from 0
// to mostScale.
func quotient(m uint64, k int) float64 {
	if m < 1<<53 && k < len(exactPowersOf10) {
		return float64(int64(m)) / exactPowersOf10[k] // of two exact numbers
	}
	// m/10ᵏ is 2⁻ᵏ m/5ᵏ. Both are shifted to the left end of a word, so that the
	// quotient of the integers has 63 or 64 bits. What is left over is below the
	// bit that decides, and counts only as more than nothing.
	left, right := bits.LeadingZeros64(m), bits.LeadingZeros64(powersOf5[k])
	m <<= left
	q, rest := bits.Div64(m>>1, m<<63, powersOf5[k]<<right)
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63-left+right-k)<<52)
}

// nearness says of v, the float64 that m/10ᵏ reads as, whether no other number
// of k decimals is nearer to it, and whether none of fewer decimals reads as v.
// It is not sure of some numbers.
func nearness(m uint64, k int, v float64) (nearest, short, sure bool) {
	b := math.Float64bits(v)
	mantissa, exponent := b&(1<<52-1), int(b>>52)-1023-52 // v is mantissa·2^exponent
	down := -(exponent + k)
	if k < 0 || k > mostScale || mantissa == 0 || down < 1 || down > 100 {
		return false, false, false
	}
	// In units of 2^-down, v·10ᵏ is the integer x, m is m·2^down, and what reads
	// as v is less than 5ᵏ/2 away from x.
	var x wide
	x.high, x.low = bits.Mul64(mantissa|1<<52, powersOf5[k])
	away := x.minus(wide{0, m}.shifted(down))
	half := wide{0, 1}.shifted(down - 1)
	below := m - m%10
	low, high := x.minus(wide{0, below}.shifted(down)).shifted(1), x.minus(wide{0, below + 10}.shifted(down)).shifted(1)
	reads := wide{0, powersOf5[k]}
	sure = away != half && low != reads && high != reads
	return away.less(half), reads.less(low) && reads.less(high), sure
}

// wide is an integer of 128 bits.
type wide struct{ high, low uint64 }

func (w wide) shifted(n int) wide {
	if n >= 64 {
		return wide{w.low << (n - 64), 0}
	}
	return wide{w.high<<n | w.low>>(64-n), w.low << n}
}

func (w wide) less(v wide) bool { return w.high < v.high || w.high == v.high && w.low < v.low }

// minus returns the difference of w and v, whichever is larger.
func (w wide) minus(v wide) wide {
	if w.less(v) {
		w, v = v, w
	}
	low, borrow := bits.Sub64(w.low, v.low, 0)
	high, _ := bits.Sub64(w.high, v.high, borrow)
	return wide{high, low}
}

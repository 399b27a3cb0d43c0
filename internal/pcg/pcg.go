// Package pcg draws many numbers at once from a [rand.PCG].
package pcg

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// state is the state of a generator, a number of 128 bits. The one after it is
// state·step + 1·increment, modulo 2¹²⁸.
type state struct{ hi, lo uint64 }

var (
	step      = state{2549297995355413924, 4865540595714422341}
	increment = state{6364136223846793005, 1442695040888963407}

	twoSteps     = step.mulAdd(step, state{})
	twoIncrement = increment.mulAdd(step, increment)
)

// mulAdd returns s·factor + term.
func (s state) mulAdd(factor, term state) state {
	hi, lo := bits.Mul64(s.lo, factor.lo)
	hi += s.hi*factor.lo + s.lo*factor.hi
	lo, carry := bits.Add64(lo, term.lo, 0)
	hi, _ = bits.Add64(hi, term.hi, carry)
	return state{hi, lo}
}

// number returns the number that belongs to a state (DXSM, as in rand.PCG).
func (s state) number() uint64 {
	x := s.hi ^ s.hi>>32
	x *= multiplier
	x ^= x >> 48
	return x * (s.lo | 1)
}

const multiplier = 0xda942042e4dd58b5

// Uint64s fills dst with what p.Uint64 would return, one after the other, in
// about two thirds of the time: it goes through the even and the odd numbers
// side by side, by two steps each time, because a step has to wait for the
// product of the one before it.
func Uint64s(dst []uint64, p *rand.PCG) {
	if len(dst) == 0 {
		return
	}
	even := load(p).mulAdd(step, increment)
	odd := even.mulAdd(step, increment)
	for len(dst) > 2 {
		dst[0], dst[1] = even.number(), odd.number()
		even, odd = even.mulAdd(twoSteps, twoIncrement), odd.mulAdd(twoSteps, twoIncrement)
		dst = dst[2:]
	}
	last := even
	dst[0] = even.number()
	if len(dst) == 2 {
		last = odd
		dst[1] = odd.number()
	}
	store(p, last)
}

// prefix begins the encoding of a rand.PCG, before the state.
const prefix = "pcg:"

// load returns the state of p.
func load(p *rand.PCG) state {
	var memory [len(prefix) + 16]byte
	b, _ := p.AppendBinary(memory[:0]) // there are no errors
	b = b[len(prefix):]
	return state{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// store sets the state of p.
func store(p *rand.PCG, s state) { p.Seed(s.hi, s.lo) }

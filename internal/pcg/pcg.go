// Package pcg draws masks of dropout from a [rand.PCG], many numbers at once.
package pcg

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"example.com/mlp/internal/kernel"
)

// state is the state of a generator, a number of 128 bits.
type state struct{ hi, lo uint64 }

// steps leads from a state x to a later one, factor·x + term modulo 2¹²⁸.
type steps struct{ factor, term state }

var (
	oneStep    = steps{state{2549297995355413924, 4865540595714422341}, state{6364136223846793005, 1442695040888963407}}
	twoSteps   = oneStep.twice()
	eightSteps = twoSteps.twice().twice()
)

// twice returns twice as many steps: with f for factor and t for term,
// f·(f·x + t) + t = (f·f)·x + (f·t + t).
func (s steps) twice() steps {
	return steps{steps{s.factor, state{}}.from(s.factor), s.from(s.term)}
}

// from returns the state that is so many steps after x.
func (s steps) from(x state) state {
	hi, lo := bits.Mul64(x.lo, s.factor.lo)
	hi += x.hi*s.factor.lo + x.lo*s.factor.hi
	lo, carry := bits.Add64(lo, s.term.lo, 0)
	hi, _ = bits.Add64(hi, s.term.hi, carry)
	return state{hi, lo}
}

// number returns the number that belongs to a state (DXSM, as in rand.PCG).
func (s state) number() uint64 {
	const multiplier = 0xda942042e4dd58b5
	x := s.hi ^ s.hi>>32
	x *= multiplier
	x ^= x >> 48
	return x * (s.lo | 1)
}

// Bits is how many of the low bits of a number decide.
const Bits = 53

// Drop draws a number from p for each element of mask, one after the other. The
// element becomes 0 if the low 53 bits of the number are below least, which is at
// most 2⁵³, else kept. y, which may be x, becomes mask∘x. All have the same length.
func Drop[T float32 | float64](y, mask, x []T, p *rand.PCG, least uint64, kept T) {
	if len(mask) == 0 {
		return
	}
	next := oneStep.from(load(p)) // the state of the next number
	n := (len(mask) - 1) &^ 7     // one is left at least, which leaves the last state
	if n > 0 {
		n, next = dropEights(y[:n], mask[:n], x[:n], next, least, kept)
	}
	store(p, drop(y[n:], mask[n:], x[n:], next, least, kept))
}

// dropEights does what Drop does for the first n elements, a multiple of eight, and
// returns n and the state of the next number.
func dropEights[T float32 | float64](y, mask, x []T, next state, least uint64, kept T) (int, state) {
	g := kernel.PCG{
		FactorHi: eightSteps.factor.hi, FactorLo: eightSteps.factor.lo,
		TermHi: eightSteps.term.hi, TermLo: eightSteps.term.lo,
	}
	for i := range g.Hi {
		g.Hi[i], g.Lo[i] = next.hi, next.lo
		next = oneStep.from(next)
	}
	n := kernel.Drop(y, mask, x, &g, least, kept)
	return n, state{g.Hi[0], g.Lo[0]}
}

// drop does what Drop does for at least one element, and returns the state of the
// last number. It goes through the even and the odd numbers side by side, by two
// steps each time, because a step has to wait for the product of the one before it.
func drop[T float32 | float64](y, mask, x []T, next state, least uint64, kept T) (last state) {
	factors := [2]T{kept, 0}
	even, odd := next, oneStep.from(next)
	for len(mask) > 2 {
		m0, m1 := factors[below(even, least)], factors[below(odd, least)]
		mask[0], mask[1] = m0, m1
		y[0], y[1] = m0*x[0], m1*x[1]
		even, odd = twoSteps.from(even), twoSteps.from(odd)
		y, mask, x = y[2:], mask[2:], x[2:]
	}
	for i, s := range []state{even, odd}[:len(mask)] {
		mask[i] = factors[below(s, least)]
		y[i] = mask[i] * x[i]
		last = s
	}
	return last
}

// below returns 1 if the deciding bits of the number of a state are below least,
// which is at most 2⁵³, else 0.
func below(s state, least uint64) uint64 {
	const unused = 64 - Bits
	return (s.number()<<unused>>unused - least) >> 63 // without a branch, which would be a guess each time
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

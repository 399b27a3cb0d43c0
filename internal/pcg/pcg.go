// Package pcg draws many numbers at once from a [rand.PCG].
package pcg

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"example.com/mlp/internal/kernel"
)

// state is the state of a generator, a number of 128 bits.
type state struct{ hi, lo uint64 }

// steps leads from a state to a later one, state·factor + term modulo 2¹²⁸.
type steps struct{ factor, term state }

var (
	one   = steps{state{2549297995355413924, 4865540595714422341}, state{6364136223846793005, 1442695040888963407}}
	two   = one.twice()
	eight = two.twice().twice()
)

// twice returns twice as many steps.
func (s steps) twice() steps {
	return steps{steps{s.factor, state{}}.from(s.factor), s.from(s.term)}
}

// from returns the state after a state.
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

// Drop draws a number from p for each element of mask, one after the other. The
// element becomes 0 if the low 53 bits of the number are below least, which is at
// most 2⁵³, else kept. y becomes mask∘x; all have the same length.
func Drop[T float32 | float64](y, mask, x []T, p *rand.PCG, least uint64, kept T) {
	if len(mask) == 0 {
		return
	}
	next := one.from(load(p)) // the state of the next number
	n := 0
	if eights := (len(mask) - 1) &^ 7; eights > 0 {
		n, next = dropEights(y[:eights], mask[:eights], x[:eights], next, least, kept)
	}
	last := next
	for n < len(mask) {
		begin := n
		n = min(n+cached, len(mask))
		last = draw(mask[begin:n], next, least, kept)
		next = one.from(last)
		for i, m := range mask[begin:n] {
			y[begin+i] = m * x[begin+i]
		}
	}
	store(p, last)
}

// cached elements of a mask are still in the cache after they are drawn.
const cached = 4096

// dropEights does what Drop does for the first n elements, a multiple of eight, and
// returns n and the state of the next number.
func dropEights[T float32 | float64](y, mask, x []T, next state, least uint64, kept T) (int, state) {
	g := kernel.PCG{
		StepHi: eight.factor.hi, StepLo: eight.factor.lo,
		AddHi: eight.term.hi, AddLo: eight.term.lo,
	}
	for i := range g.Hi {
		g.Hi[i], g.Lo[i] = next.hi, next.lo
		next = one.from(next)
	}
	n := kernel.Drop(y, mask, x, &g, least, kept)
	return n, state{g.Hi[0], g.Lo[0]}
}

// draw draws the elements of mask, at least one, and returns the state of the last
// number. It goes through the even and the odd numbers side by side, by two steps
// each time, because a step has to wait for the product of the one before it.
func draw[T float32 | float64](mask []T, next state, least uint64, kept T) state {
	factors := [2]T{kept, 0}
	odd := one.from(next)
	for len(mask) > 2 {
		mask[0], mask[1] = factors[below(next, least)], factors[below(odd, least)]
		next, odd = two.from(next), two.from(odd)
		mask = mask[2:]
	}
	mask[0] = factors[below(next, least)]
	if len(mask) == 1 {
		return next
	}
	mask[1] = factors[below(odd, least)]
	return odd
}

// below returns 1 if the low 53 bits of the number of a state are below least,
// which is at most 2⁵³, else 0.
func below(s state, least uint64) uint64 {
	const unused = 64 - 53
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

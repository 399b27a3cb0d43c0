package kernel

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

func TestDrop(t *testing.T) {
	t.Run("float64", testDrop[float64])
	t.Run("float32", testDrop[float32])
}

// testDrop compares the instruction sets with a plain loop, whose arithmetic
// package pcg compares with that of rand.PCG.
func testDrop[T float](t *testing.T) {
	const guard = 9
	for _, s := range ISAs() {
		SetISA(t, s)
		rng := rand.New(rand.NewPCG(1, 2))
		for _, n := range []int{0, 1, 7, 8, 9, 16, 100, 1<<16 + 16} { // more than one piece
			for _, least := range []uint64{0, 1, 1 << 50, 1<<53 - 1, 1 << 53} {
				g := PCG{FactorHi: rng.Uint64(), FactorLo: rng.Uint64(), TermHi: rng.Uint64(), TermLo: rng.Uint64()}
				for i := range g.Hi {
					// Halves with many ones or zeros, too.
					g.Hi[i], g.Lo[i] = ^(rng.Uint64() >> rng.IntN(64)), ^(rng.Uint64() >> rng.IntN(64))
				}
				want, wantMask := g, make([]T, n)
				y, mask, x := make([]T, n+guard), make([]T, n+guard), make([]T, n)
				for i := range y {
					y[i], mask[i] = guard, guard
				}
				for i := range x {
					x[i] = T(rng.NormFloat64())
				}
				done := Drop(y[:n], mask[:n], x, &g, least, 1.25)
				if done != 0 && (s != AVX512 || done != n&^7) || s == AVX512 && done != n&^7 {
					t.Fatalf("%v: %d of %d elements", s, done, n)
				}
				for i := range done {
					if want.next(i%8)&(1<<53-1) >= least {
						wantMask[i] = 1.25
					}
					if mask[i] != wantMask[i] || y[i] != wantMask[i]*x[i] {
						t.Fatalf("%v: least %#x: element %d of %d is %v, of y %v, want %v and %v", s, least, i, n, mask[i], y[i], wantMask[i], wantMask[i]*x[i])
					}
				}
				if g != want {
					t.Fatalf("%v: after %d elements the states are %x, want %x", s, done, g, want)
				}
				for i := done; i < len(y); i++ {
					if y[i] != guard || mask[i] != guard {
						t.Fatalf("%v: of %d elements, element %d has been written", s, done, i)
					}
				}
			}
		}
	}
}

// next returns the number of state i, which becomes the eighth after it.
func (g *PCG) next(i int) uint64 {
	const multiplier = 0xda942042e4dd58b5
	hi, lo := g.Hi[i], g.Lo[i]
	number := (hi ^ hi>>32) * multiplier
	number = (number ^ number>>48) * (lo | 1)
	upper, lower := bits.Mul64(lo, g.FactorLo)
	upper += hi*g.FactorLo + lo*g.FactorHi
	var carry uint64
	g.Lo[i], carry = bits.Add64(lower, g.TermLo, 0)
	g.Hi[i], _ = bits.Add64(upper, g.TermHi, carry)
	return number
}

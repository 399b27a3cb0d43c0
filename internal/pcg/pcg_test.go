package pcg

import (
	"math/rand/v2"
	"testing"
)

func TestUint64s(t *testing.T) {
	want, got := rand.NewPCG(1, 2), rand.NewPCG(1, 2)
	for n := range 40 {
		dst := make([]uint64, n)
		Uint64s(dst, got)
		for i, v := range dst {
			if w := want.Uint64(); v != w {
				t.Fatalf("number %d of %d is %#x, want %#x", i, n, v, w)
			}
		}
		if *got != *want {
			t.Fatalf("after %d numbers, the state is %v, want %v", n, *got, *want)
		}
	}
}

func TestUint64sDoesNotAllocate(t *testing.T) {
	p, dst := rand.NewPCG(1, 2), make([]uint64, 3)
	if n := testing.AllocsPerRun(100, func() { Uint64s(dst, p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkUint64s(b *testing.B) {
	p, dst := rand.NewPCG(1, 2), make([]uint64, 1024)
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			Uint64s(dst, p)
		}
	})
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			for i := range dst {
				dst[i] = p.Uint64()
			}
		}
	})
}

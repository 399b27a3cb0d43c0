package pcg

import (
	"math/rand/v2"
	"testing"
)

func TestMask(t *testing.T) {
	t.Run("float64", testMask[float64])
	t.Run("float32", testMask[float32])
}

func testMask[T float32 | float64](t *testing.T) {
	want, got := rand.NewPCG(1, 2), rand.NewPCG(1, 2)
	const most = 1 << 53
	for _, least := range []uint64{0, 1, most / 10, most / 2, most - 1, most} {
		for n := range 70 {
			dst := make([]T, n)
			Mask(dst, got, least, 1.5)
			for i, v := range dst {
				w := T(1.5)
				if want.Uint64()%most < least {
					w = 0
				}
				if v != w {
					t.Fatalf("least %#x: element %d of %d is %v, want %v", least, i, n, v, w)
				}
			}
			if *got != *want {
				t.Fatalf("least %#x: after %d elements, the state is %v, want %v", least, n, *got, *want)
			}
		}
	}
}

// Carries from the low half of a state are rare where its upper bits are 0.
func TestMaskOfManyStates(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const most = 1 << 53
	for range 2000 {
		hi, lo := rng.Uint64()>>rng.IntN(64), rng.Uint64()>>rng.IntN(64)
		want, got := rand.NewPCG(^hi, ^lo), rand.NewPCG(^hi, ^lo)
		dst := make([]float64, 100)
		Mask(dst, got, most/2, 1)
		for i, v := range dst {
			if keep := want.Uint64()%most >= most/2; keep != (v == 1) {
				t.Fatalf("state %x %x: element %d is %v", ^hi, ^lo, i, v)
			}
		}
		if *got != *want {
			t.Fatalf("the state is %v, want %v", *got, *want)
		}
	}
}

func TestMaskDoesNotAllocate(t *testing.T) {
	p, dst := rand.NewPCG(1, 2), make([]float32, 30)
	if n := testing.AllocsPerRun(100, func() { Mask(dst, p, 1<<50, 2) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMask(b *testing.B) {
	p, dst := rand.NewPCG(1, 2), make([]float32, 4096)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		Mask(dst, p, 1<<50, 2)
	}
}

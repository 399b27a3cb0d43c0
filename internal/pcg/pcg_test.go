package pcg

import (
	"math/rand/v2"
	"testing"
)

func TestDrop(t *testing.T) {
	t.Run("float64", testDrop[float64])
	t.Run("float32", testDrop[float32])
}

func testDrop[T float32 | float64](t *testing.T) {
	want, got := rand.NewPCG(1, 2), rand.NewPCG(1, 2)
	const most = 1 << Bits
	for _, least := range []uint64{0, 1, most / 10, most / 2, most - 1, most} {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 10, 16, 17, 63, 64, 65, 1000} {
			y, mask, x := make([]T, n), make([]T, n), make([]T, n)
			for i := range x {
				x[i] = T(i) - 7
			}
			Drop(y, mask, x, got, least, 1.5)
			for i, v := range mask {
				w := T(1.5)
				if want.Uint64()%most < least {
					w = 0
				}
				if v != w || y[i] != w*x[i] {
					t.Fatalf("least %#x: element %d of %d is %v, of y %v, want %v and %v", least, i, n, v, y[i], w, w*x[i])
				}
			}
			if *got != *want {
				t.Fatalf("least %#x: after %d elements, the state is %v, want %v", least, n, *got, *want)
			}
		}
	}
}

func TestDropDoesNotAllocate(t *testing.T) {
	p, mask := rand.NewPCG(1, 2), make([]float32, 30)
	if n := testing.AllocsPerRun(100, func() { Drop(mask, mask, mask, p, 1<<50, 2) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDrop(b *testing.B) {
	const n = 4096
	p, y, mask, x := rand.NewPCG(1, 2), make([]float32, n), make([]float32, n), make([]float32, n)
	for b.Loop() {
		Drop(y, mask, x, p, 1<<50, 2)
	}
}

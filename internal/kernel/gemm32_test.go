package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
)

func newMatrix32(rng *rand.Rand, rows, cols, pad int) (m blas32.General, all []float32) {
	const margin = 17
	stride := cols + pad
	all = make([]float32, 2*margin+rows*stride)
	for i := range all {
		all[i] = guard
	}
	m = blas32.General{Rows: rows, Cols: cols, Stride: stride}
	m.Data = all[margin : margin+max(0, (rows-1)*stride+cols)]
	for i := range rows {
		for j := range cols {
			m.Data[i*stride+j] = float32(rng.NormFloat64())
		}
	}
	return m, all
}

func testProduct32(t *testing.T, setups []setup, p Product, m, k, n, pad int) {
	t.Helper()
	defer func(old ISA) { isa = old }(isa)
	rng := newRand()
	var a, b blas32.General
	if p == TN {
		a, _ = newMatrix32(rng, k, m, pad)
	} else {
		a, _ = newMatrix32(rng, m, k, pad)
	}
	if p == NT {
		b, _ = newMatrix32(rng, n, k, pad)
	} else {
		b, _ = newMatrix32(rng, k, n, pad)
	}
	c, all := newMatrix32(rng, m, n, pad)
	bias := make([]float32, n)
	for j := range bias {
		bias[j] = float32(rng.NormFloat64())
	}
	before := append([]float32(nil), all...)
	want := make([]float32, len(all))
	for way := range 3 {
		copy(want, before)
		for i := range m {
			for j := range n {
				at := 17 + i*c.Stride + j
				var s float32
				switch way {
				case 1:
					s = want[at]
				case 2:
					s = bias[j]
				}
				for q := range k {
					ai, bi := i*a.Stride+q, q*b.Stride+j
					if p == TN {
						ai = q*a.Stride + i
					}
					if p == NT {
						bi = j*b.Stride + q
					}
					s = fma32(a.Data[ai], b.Data[bi], s)
				}
				want[at] = s
			}
		}
		for _, s := range setups {
			isa = s.isa
			copy(all, before)
			switch way {
			case 0:
				s.team.Mul32(p, c, a, b)
			case 1:
				s.team.MulAdd32(p, c, a, b)
			case 2:
				s.team.MulBias32(p, c, a, b, bias)
			}
			for i := range all {
				if math.Float32bits(all[i]) != math.Float32bits(want[i]) {
					t.Fatalf("%v %d %d×%d×%d pad %d, %v, %d workers: number %d is %v, want %v",
						p, way, m, k, n, pad, s.isa, len(s.team.workers)+1, i-17, all[i], want[i])
				}
			}
		}
	}
}

func TestProducts32(t *testing.T) {
	setups := setups(t, 1)
	for _, p := range products {
		for m := range 41 {
			for n := range 41 {
				for k := (m + 3*n) % 7; k <= 40; k += 7 {
					testProduct32(t, setups, p, m, k, n, (m+n+k)%3)
				}
			}
		}
	}
}

func TestLargeProducts32(t *testing.T) {
	setups := setups(t, 4)
	for i, x := range [][3]int{
		{1, 300, 700}, {700, 300, 1}, {1, 1000, 1}, {2, 600, 130}, {64, 257, 65}, {63, 256, 64},
		{300, 20, 600}, {257, 513, 40}, {40, 300, 530}, {530, 3, 513}, {200, 260, 10}, {10, 260, 200},
		{513, 7, 129}, {70, 64, 100}, {100, 264, 100}, {100, 66, 100}, {128, 784, 512}, {256, 1024, 200},
	} {
		for _, p := range products {
			testProduct32(t, setups, p, x[0], x[1], x[2], i%2*3)
		}
	}
}

package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// outerCases calls f with columns a and b and a matrix z, of all the special
// values and others.
func outerCases(f func(a, b, z []float64)) {
	rng := rand.New(rand.NewPCG(3, 4))
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(),
		math.SmallestNonzeroFloat64, -1e-200, 1e-200, 1e300, -1e300, 1e-30, -1e30, math.SmallestNonzeroFloat32}
	numbers := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
			if rng.IntN(4) == 0 {
				x[i] = special[rng.IntN(len(special))]
			}
		}
		return x
	}
	for _, m := range []int{0, 1, 2, 5, 200} {
		for n := range 70 {
			f(numbers(m), numbers(n), numbers(m*n))
		}
	}
	for _, s := range [][2]int{{200, 100}, {200, 257}, {300, 500}, {3, 1 << 16}, {3, 1<<16 + 5}} { // around 1<<16 per call
		f(numbers(s[0]), numbers(s[1]), numbers(s[0]*s[1]))
	}
}

// The bits are those of a product and ReLUGrad, and nothing else is written.
func TestReLUGradOuter(t *testing.T) {
	const guard = 7
	for _, s := range ISAs() {
		SetISA(t, s)
		outerCases(func(a, b, z []float64) {
			m, n := len(a), len(b)
			want, got := make([]float64, m*n), make([]float64, m*n+1)
			got[m*n] = guard
			ReLUGradOuter(got[:m*n], a, b, z)
			if m > 0 && n > 0 {
				NewTeam(1).Mul(NT, blas64.General{Rows: m, Cols: n, Stride: n, Data: want},
					blas64.General{Rows: m, Cols: 1, Stride: 1, Data: a}, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: b})
			}
			ReLUGrad(want, want, z)
			for i, w := range append(want, guard) {
				if math.Float64bits(got[i]) != math.Float64bits(w) && !(math.IsNaN(got[i]) && math.IsNaN(w)) {
					t.Fatalf("%v: %d×%d: number %d is %v, want %v", s, m, n, i, got[i], w)
				}
			}
		})
	}
}

func TestReLUGradOuter32(t *testing.T) {
	const guard = 7
	narrow := func(x []float64) []float32 {
		y := make([]float32, len(x))
		for i, v := range x {
			y[i] = float32(v)
		}
		return y
	}
	for _, s := range ISAs() {
		SetISA(t, s)
		outerCases(func(a64, b64, z64 []float64) {
			a, b, z := narrow(a64), narrow(b64), narrow(z64)
			m, n := len(a), len(b)
			want, got := make([]float32, m*n), make([]float32, m*n+1)
			got[m*n] = guard
			ReLUGradOuter(got[:m*n], a, b, z)
			if m > 0 && n > 0 {
				NewTeam(1).Mul32(NT, blas32.General{Rows: m, Cols: n, Stride: n, Data: want},
					blas32.General{Rows: m, Cols: 1, Stride: 1, Data: a}, blas32.General{Rows: n, Cols: 1, Stride: 1, Data: b})
			}
			ReLUGrad32(want, want, z)
			for i, w := range append(want, guard) {
				g := got[i]
				if math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
					t.Fatalf("%v: %d×%d: number %d is %v, want %v", s, m, n, i, g, w)
				}
			}
		})
	}
}

func TestReLUGradOuterLengths(t *testing.T) {
	numbers := func(n int) []float64 { return make([]float64, n) }
	for _, c := range []struct{ dz, a, b, z int }{{5, 2, 3, 6}, {6, 2, 3, 5}, {6, 2, 2, 6}, {6, 1, 3, 6}, {0, 0, 3, 1}, {1, 1, 0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %+v", c)
				}
			}()
			ReLUGradOuter(numbers(c.dz), numbers(c.a), numbers(c.b), numbers(c.z))
		}()
	}
}

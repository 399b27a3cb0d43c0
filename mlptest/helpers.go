package mlptest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Tolerances, relative to the larger of 1 and the magnitude of the value.
const (
	numericTol  = 1e-6  // between a gradient and finite differences
	rounding    = 1e-12 // between two ways of computing the same number
	batchRows   = 5     // rows of a full batch
	shortRows   = 2     // rows of a short last batch
	concurrency = 8     // number of concurrent callers
)

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// normal returns a matrix of standard normal numbers.
func normal(rng *rand.Rand, rows, cols int) *mat.Dense {
	return mat.NewDense(rows, cols, normals(rng, rows*cols))
}

func normals(rng *rand.Rand, n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = rng.NormFloat64()
	}
	return s
}

// guard is the value that surrounds the matrices that strided returns.
const guard = 12345.678

// strided returns a copy of m that is a view into a larger matrix of guard
// values, and a function that reports whether these are still intact.
func strided(m mat.Matrix) (view *mat.Dense, intact func() bool) {
	rows, cols := m.Dims()
	whole := mat.NewDense(rows+2, cols+3, nil)
	whole.Apply(func(i, j int, v float64) float64 { return guard }, whole)
	view = whole.Slice(1, rows+1, 1, cols+1).(*mat.Dense)
	view.Copy(m)
	return view, func() bool {
		for i := range rows + 2 {
			for j := range cols + 3 {
				inside := i >= 1 && i <= rows && j >= 1 && j <= cols
				if !inside && whole.At(i, j) != guard {
					return false
				}
			}
		}
		return true
	}
}

// gradient returns the numeric gradient of f at p, which it leaves unchanged.
func gradient(f func() float64, p []float64) []float64 {
	at := slices.Clone(p)
	defer copy(p, at)
	return fd.Gradient(nil, func(x []float64) float64 {
		copy(p, x)
		return f()
	}, at, &fd.Settings{Formula: fd.Central})
}

// same reports a difference between two vectors as an error.
func same(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: length %d, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if diff := math.Abs(got[i] - want[i]); !(diff <= tol*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

// sameMatrix is same for matrices.
func sameMatrix(t testing.TB, what string, got, want *mat.Dense, tol float64) {
	t.Helper()
	gr, gc := got.Dims()
	if wr, wc := want.Dims(); gr != wr || gc != wc {
		t.Errorf("%s: %d×%d, want %d×%d", what, gr, gc, wr, wc)
		return
	}
	same(t, what, mat.DenseCopyOf(got).RawMatrix().Data, mat.DenseCopyOf(want).RawMatrix().Data, tol)
}

// noAllocs reports the allocations of f as an error. The first call may
// allocate.
func noAllocs(t testing.TB, what string, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(20, f); n != 0 {
		t.Errorf("%s: %v allocations, want none", what, n)
	}
}

// panicOf returns the value that f panics with, or nil.
func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// checkName reports a missing or unstable name.
func checkName(t testing.TB, v interface{ Name() string }) {
	t.Helper()
	if first, second := v.Name(), v.Name(); first == "" || first != second {
		t.Errorf("%T: Name is %q, then %q", v, first, second)
	}
}

// noNaN reports NaN among values.
func noNaN(t testing.TB, what string, values []float64) {
	t.Helper()
	if slices.ContainsFunc(values, math.IsNaN) {
		t.Errorf("%s: NaN in %v", what, values)
	}
}

// apply returns act applied to the rows of z; backprop turns dy = ∂L/∂y into
// ∂L/∂z.
func apply(act mlp.Activation, z *mat.Dense) *mat.Dense {
	rows, cols := z.Dims()
	y := mat.NewDense(rows, cols, nil)
	for i := range rows {
		act.Apply(y.RawRowView(i), z.RawRowView(i))
	}
	return y
}

func backprop(act mlp.Activation, dy, z, y *mat.Dense) *mat.Dense {
	rows, cols := z.Dims()
	dz := mat.NewDense(rows, cols, nil)
	for i := range rows {
		act.Backprop(dz.RawRowView(i), dy.RawRowView(i), z.RawRowView(i), y.RawRowView(i))
	}
	return dz
}

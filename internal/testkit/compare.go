package testkit

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Near reports a difference of more than tol, relative to the larger of 1 and
// the magnitude of want.
func Near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v (difference %.3g)", what, got, want, got-want)
	}
}

// NearMatrix is Near for the entries of matrices.
func NearMatrix(t *testing.T, what string, got, want mat.Matrix, tol float64) {
	t.Helper()
	gr, gc := got.Dims()
	if wr, wc := want.Dims(); gr != wr || gc != wc {
		t.Errorf("%s: %d×%d, want %d×%d", what, gr, gc, wr, wc)
		return
	}
	for i := range gr {
		for j := range gc {
			Near(t, fmt.Sprintf("%s[%d,%d]", what, i, j), got.At(i, j), want.At(i, j), tol)
		}
	}
}

// Relative reports a difference of more than 1e-9 of want, however small that
// is, in the value of a function at z.
func Relative(t *testing.T, what string, z, got, want float64) {
	t.Helper()
	scale := want
	if scale == 0 {
		scale = 1e-300
	}
	const tol = 1e-9
	if r := (got - want) / scale; !(r <= tol && r >= -tol) {
		t.Errorf("%s(%v) = %v, want %v", what, z, got, want)
	}
}

// SameBits reports whether two slices are equal, NaN and the sign of zero
// included.
func SameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) })
}

// NotFinite reports whether v is infinite or NaN.
func NotFinite(v float64) bool { return v-v != 0 }

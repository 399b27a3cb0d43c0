package mlptest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"example.com/mlp"
)

// CheckActivation checks that Backprop is the derivative of Apply, by finite
// differences at random points; that both can work in place and write only
// their first argument; that large arguments do not give NaN and NaN stays NaN;
// that an element-wise activation treats every element independently; and that
// nothing allocates.
func CheckActivation(t testing.TB, act mlp.Activation) {
	t.Helper()
	notNil(t, "the activation", act)
	checkName(t, act)
	rng := newRand()
	n := 7
	z, dy := normals(rng, n), normals(rng, n)
	y, dz := make([]float64, n), make([]float64, n)
	zBefore, dyBefore := slices.Clone(z), slices.Clone(dy)

	act.Apply(y, z)
	yBefore := slices.Clone(y)
	act.Backprop(dz, dy, z, y)
	if !slices.Equal(z, zBefore) || !slices.Equal(dy, dyBefore) || !slices.Equal(y, yBefore) {
		t.Errorf("%s: Apply or Backprop writes to its input", act.Name())
	}

	out := make([]float64, n)
	numeric := gradient(func() float64 {
		act.Apply(out, z)
		return floats.Dot(out, dy)
	}, z)
	same(t, act.Name()+": Backprop against finite differences", dz, numeric, numericTol)

	inPlace := slices.Clone(z)
	act.Apply(inPlace, inPlace)
	same(t, act.Name()+": Apply in place", inPlace, y, 0)
	inPlace = slices.Clone(dy)
	act.Backprop(inPlace, inPlace, z, y)
	same(t, act.Name()+": Backprop in place", inPlace, dz, 0)

	checkExtremes(t, act)
	if _, ok := act.(mlp.RowActivation); !ok {
		checkElementwise(t, act, z, y)
	}
	noAllocs(t, act.Name()+": Apply and Backprop", func() {
		act.Apply(y, z)
		act.Backprop(dz, dy, z, y)
	})
}

// checkExtremes checks large arguments and NaN.
func checkExtremes(t testing.TB, act mlp.Activation) {
	t.Helper()
	for _, z := range [][]float64{{1000, -1000, 0}, {-1000, -1000, -1000}, {1000, 1000, 999}} {
		y, dz := make([]float64, 3), make([]float64, 3)
		act.Apply(y, z)
		noNaN(t, fmt.Sprintf("%s: Apply(%v)", act.Name(), z), y)
		act.Backprop(dz, []float64{1, -1, 2}, z, y)
		noNaN(t, fmt.Sprintf("%s: Backprop at %v", act.Name(), z), dz)
	}
	y := make([]float64, 2)
	act.Apply(y, []float64{math.NaN(), 1})
	if !math.IsNaN(y[0]) {
		t.Errorf("%s: Apply turns NaN into %v", act.Name(), y[0])
	}
}

// checkElementwise checks that Apply on a slice equals Apply on each of its
// elements.
func checkElementwise(t testing.TB, act mlp.Activation, z, y []float64) {
	t.Helper()
	act.Apply(nil, nil)
	for i := range z {
		one := make([]float64, 1)
		act.Apply(one, z[i:i+1])
		if one[0] != y[i] {
			t.Errorf("%s: Apply gives %v for %v alone and %v beside others; a RowActivation?", act.Name(), one[0], z[i], y[i])
		}
	}
}

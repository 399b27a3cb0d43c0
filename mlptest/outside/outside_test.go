// Package outside_test adds an activation, layers, a loss, an optimizer, gradient
// noise and matrix products from outside package mlp, one in each file. It shows
// what a package that extends mlp has to write, and the tests it needs.
package outside_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// train trains a network of the layers on 60 samples of sin(x₀) + x₁ and checks
// that it learns them.
func train(t *testing.T, loss mlp.Loss, opts mlp.FitOptions, layers ...mlp.Layer) mlp.Network {
	t.Helper()
	x, y := mat.NewDense(60, 2, nil), mat.NewDense(60, 1, nil)
	for i := range 60 {
		x.SetRow(i, []float64{float64(i%12)/3 - 2, float64(i%7)/3 - 1})
		y.Set(i, 0, math.Sin(x.At(i, 0))+x.At(i, 1))
	}
	net, err := mlp.Model(layers, loss, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Fit(t.Context(), x, y, opts); err != nil {
		t.Fatal(err)
	}
	scores, err := net.Evaluate(x, y)
	if err != nil || scores.Score < 0.95 {
		t.Errorf("after training: %+v, %v", scores, err)
	}
	return net
}

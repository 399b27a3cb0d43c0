package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Numbers of variance 1 become a third with ε = 8.
func TestNormEpsilon(t *testing.T) {
	x := mat.NewDense(2, 2, []float64{-1, 1, 1, -1})
	want := scaledBy(x, 1./3)
	for _, l := range []mlp.Layer{mlp.BatchNorm(2, mlp.WithEpsilon(8)), mlp.LayerNorm(2, mlp.WithEpsilon(8))} {
		nearMatrix(t, "Infer", infer(l, x), want, 1e-15)
		nearMatrix(t, "Forward", l.NewPass(2, nil).Forward(x), want, 1e-15)
	}
	frozen := mlp.BatchNorm(2, mlp.WithEpsilon(8)).(mlp.Freezer).Frozen()
	nearMatrix(t, "Frozen", infer(frozen, x), want, 1e-15)
}

// A column or row without variance becomes zero, not NaN.
func TestNormalisationOfConstants(t *testing.T) {
	x := allOf(3, 4, 7)
	for _, l := range []mlp.Layer{mlp.LayerNorm(4), mlp.BatchNorm(4)} {
		pass := l.NewPass(3, nil)
		nearMatrix(t, "y", pass.Forward(x), mat.NewDense(3, 4, nil), 0)
		for _, v := range pass.Backward(allOf(3, 4, 1), true).RawMatrix().Data {
			if v != 0 {
				t.Errorf("gradient %v", v)
			}
		}
	}
}

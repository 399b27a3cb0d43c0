package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Values and gradients near the kink, as in PyTorch.
func TestPReLU(t *testing.T) {
	l := mlp.PReLU(2)
	if s := l.Params()[0].Value.RawRowView(0); s[0] != 0.25 || s[1] != 0.25 {
		t.Errorf("slopes %v, want 0.25", s)
	}
	l.Params()[0].Value.SetRow(0, []float64{0.5, -2})
	x := mat.NewDense(3, 2, []float64{-3, -3, 0, 0, 3, 3})
	p := l.NewPass(3, nil)
	if y, want := p.Forward(x), mat.NewDense(3, 2, []float64{-1.5, 6, 0, 0, 3, 3}); !mat.Equal(y, want) {
		t.Errorf("y is\n%v, want\n%v", mat.Formatted(y), mat.Formatted(want))
	}
	dx := p.Backward(mat.NewDense(3, 2, []float64{1, 1, 1, 1, 1, 1}), true)
	if want := mat.NewDense(3, 2, []float64{0.5, -2, 0.5, -2, 1, 1}); !mat.Equal(dx, want) {
		t.Errorf("dx is\n%v, want\n%v", mat.Formatted(dx), mat.Formatted(want))
	}
	if ds, want := p.Grads()[0], mat.NewDense(1, 2, []float64{-3, -3}); !mat.Equal(ds, want) {
		t.Errorf("ds is %v, want %v", mat.Formatted(ds), mat.Formatted(want))
	}
}

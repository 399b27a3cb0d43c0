package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestParametricActivation(t *testing.T) {
	l := mlp.ParametricActivation(3, mlp.ReLU)
	x := mat.NewDense(2, 3, []float64{-4, -4, -4, 2, 2, 2})
	if y, want := infer(l, x), infer(mlp.ActivationLayer(3, mlp.ReLU), x); !mat.Equal(y, want) {
		t.Errorf("at the start, y is\n%v, want\n%v", mat.Formatted(y), mat.Formatted(want))
	}
	l.Params()[0].Value.SetRow(0, []float64{0, 0.5, -1})
	p := l.NewPass(2, nil)
	if y, want := p.Forward(x), mat.NewDense(2, 3, []float64{-4, -2, -8, 2, 2, 2}); !mat.Equal(y, want) {
		t.Errorf("y is\n%v, want\n%v", mat.Formatted(y), mat.Formatted(want))
	}
	if dx, want := p.Backward(allOf(2, 3, 1), true), mat.NewDense(2, 3, []float64{1, 0.5, 2, 1, 1, 1}); !mat.Equal(dx, want) {
		t.Errorf("dx is\n%v, want\n%v", mat.Formatted(dx), mat.Formatted(want))
	}
	if da, want := p.Grads()[0], row([]float64{4, 4, 4}); !mat.Equal(da, want) {
		t.Errorf("da is %v, want %v", mat.Formatted(da), mat.Formatted(want))
	}
	for want, l := range map[string]mlp.Layer{
		"mlp: Model: layer 0: 0 units, want at least 1":                                                   mlp.ParametricActivation(0, mlp.ReLU),
		"mlp: Model: layer 0: nil activation":                                                             mlp.ParametricActivation(3, nil),
		"mlp: Model: layer 0: softmax couples the entries of a row, want an activation of single entries": mlp.ParametricActivation(3, mlp.Softmax),
	} {
		if _, err := mlp.Model([]mlp.Layer{l}, mlp.MeanSquaredError); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

package acceptance_test

import (
	"testing"

	"example.com/mlp"
)

// Layers that turn numbers into vectors against values and gradients computed
// with PyTorch, in testdata/golden/reference_layers.json.
func TestLayersReference(t *testing.T) {
	var r struct {
		X                        matrix
		Edges                    [][]float64
		Bins, Frequencies, Units int
		Layers                   []struct {
			Name         string
			Params, Grad map[string]matrix
			Y, R         matrix
		}
	}
	readJSON(t, "../../testdata/golden/reference_layers.json", &r)
	x := r.X.Dense
	rows, features := x.Dims()
	piecewise := mlp.NewPiecewiseLinear(features, r.Bins, r.Units)
	if err := piecewise.Set(r.Edges); err != nil {
		t.Fatal(err)
	}
	layers := map[string]mlp.Layer{
		"periodic":         mlp.Periodic(features, r.Frequencies, r.Units),
		"periodic_shared":  mlp.Periodic(features, r.Frequencies, r.Units, mlp.WithSharedWeights()),
		"pbld":             mlp.PBLD(features, r.Frequencies, r.Units),
		"piecewise_linear": piecewise,
	}
	if len(r.Layers) != len(layers) {
		t.Fatalf("%d layers, want %d", len(r.Layers), len(layers))
	}
	for _, c := range r.Layers {
		l := layers[c.Name]
		params := l.Params()
		for _, p := range params {
			if !p.State {
				p.Value.Copy(c.Params[p.Name].Dense)
			}
		}
		pass := l.NewPass(rows, nil)
		nearMatrix(t, c.Name+": y", pass.Forward(x), c.Y.Dense, 1e-13)
		nearMatrix(t, c.Name+": Infer", infer(l, x), c.Y.Dense, 1e-13)
		nearMatrix(t, c.Name+": ∂L/∂x", pass.Backward(c.R.Dense, true), c.Grad["x"].Dense, 1e-12)
		for i, grad := range pass.Grads() {
			if grad != nil {
				nearMatrix(t, c.Name+": gradient by "+params[i].Name, grad, c.Grad[params[i].Name].Dense, 1e-12)
			}
		}
	}
}

package mlp_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A ReLU below a last layer of one unit gets the bits that it gets with a layer in
// between that does nothing: with few rows and with many, which the cores share, with
// and without logits, and with layers below that are fixed.
func TestReLUBelowOneUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const rows, inputs, units = 2400, 5, 40
	x, y := mat.NewDense(rows, inputs, nil), mat.NewDense(rows, 1, nil)
	for i := range rows {
		for j := range inputs {
			x.Set(i, j, rng.NormFloat64())
		}
		y.Set(i, 0, float64(i%2))
	}
	for name, p := range precisions {
		for _, c := range []struct {
			last  mlp.Activation
			loss  mlp.Loss
			batch int
			fixed int // layers that are not trained
		}{
			{mlp.Sigmoid, mlp.BinaryCrossEntropy, 50, 0},
			{mlp.Identity, mlp.MeanSquaredError, 37, 1},
			{mlp.Tanh, mlp.MeanSquaredError, 1000, 0},
			{mlp.ReLU, mlp.MeanAbsoluteError, 50, 2},
		} {
			var got [2][]float64
			for i, between := range [][]mlp.Layer{nil, {mlp.ActivationLayer(units, mlp.Identity)}} {
				layers := append([]mlp.Layer{mlp.Dense(inputs, units, mlp.ReLU), mlp.Dense(units, units, mlp.ReLU)}, between...)
				net := model(t, c.loss, []mlp.ModelOption{p.option}, append(layers, mlp.Dense(units, 1, c.last))...)
				fill := rand.New(rand.NewPCG(7, 8))
				for _, l := range net.Layers() {
					for _, q := range l.Params() {
						for k := range q.Value.RawMatrix().Data {
							q.Value.RawMatrix().Data[k] = fill.NormFloat64() / 4
						}
					}
				}
				opts := mlp.FitOptions{Epochs: 2, BatchSize: c.batch, Seed: 3}
				if c.fixed > 0 {
					opts.Groups = []mlp.Group{{Fixed: true, Has: func(layer int, _ mlp.Param) bool { return layer < c.fixed }}}
				}
				fit(t, net, x, y, opts)
				got[i] = weights(net)
			}
			if !sameBits(got[0], got[1]) {
				t.Errorf("%s, %T, batches of %d: other weights", name, c.last, c.batch)
			}
		}
	}
}

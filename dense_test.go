package mlp

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// A pass computes what Infer does, in blocks of rows or all at once, and the
// gradient of ReLU is that of its argument.
func TestForwardInBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(rows, cols int) *mat.Dense {
		m := mat.NewDense(rows, cols, nil)
		for i := range m.RawMatrix().Data {
			m.RawMatrix().Data[i] = rng.NormFloat64()
		}
		return m
	}
	const inputs, units = 10, 100
	for _, act := range []Activation{ReLU, Tanh} {
		d := Dense(inputs, units, act).(*DefaultDense)
		d.Init(rng)
		p := d.NewPass(200, rng).(*defaultPass)
		for _, rows := range []int{1, 40, 41, 82, 200} { // blocks are of 40 rows
			x := random(rows, inputs+1).Slice(0, rows, 0, inputs).(*mat.Dense)
			z, want := mat.NewDense(rows, units, nil), mat.NewDense(rows, units, nil)
			d.InferLogits(z, x)
			d.Infer(want, x)
			if !mat.Equal(p.Forward(x), want) {
				t.Errorf("%s, %d rows: Forward and Infer differ", act.Name(), rows)
			}
			dy := random(rows, units)
			dz := mat.NewDense(rows, units, nil)
			act.Backprop(dz.RawMatrix().Data, dy.RawMatrix().Data, z.RawMatrix().Data, want.RawMatrix().Data)
			p.Backward(dy, false) // multiplies dy in place
			if !mat.Equal(dy, dz) {
				t.Errorf("%s, %d rows: wrong gradient of the activation", act.Name(), rows)
			}
		}
	}
}

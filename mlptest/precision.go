package mlptest

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// single is the tolerance for results in single precision, absolute up to 1 and
// relative above.
const single = 1e-4

// checkPrecision checks that a network of the layer answers in single precision
// as in double precision, and is changed alike by a step.
func (in Inputs) checkPrecision(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	answer := func(p mlp.Precision) (out *mat.Dense, after []*mat.Dense) {
		l := initialized(newLayer())
		x := in.batch(l)
		_, units := l.Dims()
		net, err := mlp.Model([]mlp.Layer{l}, mlp.MeanSquaredError, mlp.WithSeed(1), mlp.WithPrecision(p))
		if err != nil {
			t.Fatal(err)
		}
		if out, err = net.Forward(x); err != nil {
			t.Fatal(err)
		}
		tr, err := mlp.NewTrainer(net, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 0.1}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.FitBatch(x, mat.NewDense(batchRows, units, nil)); err != nil {
			t.Fatal(err)
		}
		return out, values(l)
	}
	want, wantAfter := answer(mlp.Float64)
	got, gotAfter := answer(mlp.Float32)
	sameMatrix(t, "Forward of a network in single precision", got, want, single)
	for i, p := range newLayer().Params() {
		sameMatrix(t, "parameter "+p.Name+" after a step in single precision", gotAfter[i], wantAfter[i], single)
	}
}

package mlp_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func TestDivergedErrorSaysWhere(t *testing.T) {
	for _, c := range []struct {
		err  mlp.DivergedError
		want string
	}{
		{mlp.DivergedError{Epoch: 3, Step: 7, Layer: 1, Loss: math.Inf(1)}, "mlp: Fit: diverged in epoch 3, step 7, first in layer 1 (loss +Inf): try a smaller learning rate or scaled data"},
		{mlp.DivergedError{Epoch: 1, Step: 1, Layer: -1, Loss: math.NaN()}, "mlp: Fit: diverged in epoch 1, step 1, in the loss alone (loss NaN): try a smaller learning rate or scaled data"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// Methods called by hand that are meant for training report what does not
// match.
func TestPanicsWithShapeErrors(t *testing.T) {
	dense, softmax := mlp.Dense(2, 3, mlp.Tanh), mlp.Dense(2, 3, mlp.Softmax)
	m := func(rows, cols int) *mat.Dense { return mat.NewDense(rows, cols, nil) }
	w := make([]float64, 2)
	type shapePanic struct {
		call func()
		want string
	}
	calls := []shapePanic{
		{func() { dense.Infer(nil, nil) }, "mlp: Infer: x has 0 columns, the layer takes 2"},
		{func() { dense.Infer(nil, m(4, 2)) }, "mlp: Infer: dst has 0 columns, the layer gives 3"},
		{func() { softmax.(mlp.LogitLayer).InferLogits(m(3, 3), m(4, 2)) }, "mlp: Infer: dst has 3 rows, x has 4"},
		{func() { (&mlp.DefaultDense{}).Infer(m(4, 3), m(4, 2)) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { mlp.Dense(2, 3, nil).Infer(m(4, 3), m(4, 2)) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { (&mlp.SoftmaxDense{}).InferLogits(nil, nil) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { mlp.ActivationLayer(2, nil).Infer(m(4, 2), m(4, 2)) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { mlp.BatchNorm(2, mlp.WithMomentum(7)).Infer(m(4, 2), m(4, 2)) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { mlp.BatchNorm(2, mlp.WithMomentum(7)).NewPass(4, nil) }, "mlp: NewPass: the layer has 0 units, want at least 1"},
		{func() { mlp.Residual(mlp.Dense(2, 3, mlp.Tanh)).Infer(m(4, 3), m(4, 2)) }, "mlp: Infer: x has 2 columns, the layer takes 3"},
		{func() { mlp.Residual().Infer(nil, nil) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { mlp.BatchNorm(-1).(mlp.Freezer).Frozen().Infer(nil, nil) }, "mlp: Infer: the layer has 0 units, want at least 1"},
		{func() { (&mlp.SoftmaxDense{}).NewPass(4, nil) }, "mlp: NewPass: the layer has 0 units, want at least 1"},
		{func() { mlp.Dropout(-1, 0.5).NewPass(4, nil) }, "mlp: NewPass: the layer has 0 units, want at least 1"},
		{func() { mlp.PReLU(0).NewPass(4, nil) }, "mlp: NewPass: the layer has 0 units, want at least 1"},
		{func() { softmax.NewPass(-1, nil) }, "mlp: NewPass: a batch has -1 rows, want at least 0"},
		{func() { mlp.Residual(mlp.Dense(2, 2, mlp.Tanh)).NewPass(-1, nil) }, "mlp: NewPass: a batch has -1 rows, want at least 0"},
		{func() { dense.NewPass(4, nil).Forward(nil) }, "mlp: Forward: x has 0 columns, the layer takes 2"},
		{func() { dense.NewPass(4, nil).Backward(nil, true) }, "mlp: Backward: dy has 0 columns, the layer gives 3"},
		{func() { mlp.Dropout(2, 0.5).NewPass(4, nil) }, "mlp: NewPass: rng has 0 sources of random numbers, the layer takes 1"},
		{func() { mlp.Residual(mlp.GaussianNoise(2, 1)).NewPass(4, nil) }, "mlp: NewPass: rng has 0 sources of random numbers, the layer takes 1"},
		{func() { mlp.MeanSquaredError.Eval(nil, nil, nil) }, "mlp: Eval: yhat has 0 rows, want at least 1"},
		{func() { mlp.LogCosh.Eval(nil, m(4, 2), nil) }, "mlp: Eval: y has 0 rows, yhat has 4"},
		{func() { mlp.BinaryCrossEntropy.EvalLogits(nil, m(4, 1), m(4, 2)) }, "mlp: Eval: y has 2 columns, yhat has 1"},
		{func() { mlp.CategoricalCrossEntropy.Eval(m(3, 2), m(4, 2), m(4, 2)) }, "mlp: Eval: grad has 3 rows, yhat has 4"},
		{func() { mlp.KLDivergence.EvalLogits(nil, m(4, 2), m(3, 2)) }, "mlp: Eval: y has 3 rows, yhat has 4"},
		{func() { mlp.SGD{}.Step(w, w[:1], nil, 1, 1) }, "mlp: Step: g has 1 entries, w has 2"},
		{func() { mlp.AdamW{}.Step(w, w, [][]float64{w}, 1, 1) }, "mlp: Step: slots has 1 vectors, the optimizer takes 2"},
		{func() { mlp.Rprop{}.Step(w, w, [][]float64{w, nil}, 1, 1) }, "mlp: Step: a slot has 0 entries, w has 2"},
	}
	for _, act := range append(testkit.Activations, mlp.NewActivation("none", nil, nil)) {
		one, three := make([]float64, 1), make([]float64, 3)
		calls = append(calls, []shapePanic{
			{func() { act.Apply(one, w) }, "mlp: Apply: y has 1 entries, z has 2"},
			{func() { act.Apply(three, w) }, "mlp: Apply: y has 3 entries, z has 2"},
			{func() { act.Apply(w, nil) }, "mlp: Apply: y has 2 entries, z has 0"},
			{func() { act.Backprop(one, w, w, w) }, "mlp: Backprop: dz has 1 entries, z has 2"},
			{func() { act.Backprop(w, three, w, w) }, "mlp: Backprop: dy has 3 entries, z has 2"},
			{func() { act.Backprop(w, w, w, nil) }, "mlp: Backprop: y has 0 entries, z has 2"},
			{func() { act.Backprop(w, w, three, w) }, "mlp: Backprop: dz has 2 entries, z has 3"},
		}...)
	}
	for _, c := range calls {
		func() {
			defer func() {
				if err, ok := recover().(*mlp.ShapeError); !ok || err.Error() != c.want {
					t.Errorf("panic with %v, want %s", err, c.want)
				}
			}()
			c.call()
		}()
	}
}

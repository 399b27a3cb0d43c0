package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestScale(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Scale(3) })
	mlptest.CheckLayer(t, func() mlp.Layer { return varied(mlp.Scale(3)) })
}

func TestScaleByHand(t *testing.T) {
	l := mlp.Scale(2)
	nearMatrix(t, "s at the start", l.Params()[0].Value, row([]float64{1, 1}), 0)
	l.Params()[0].Value.SetRow(0, []float64{0.5, -2})
	x := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	p := l.NewPass(2, nil)
	nearMatrix(t, "y", p.Forward(x), mat.NewDense(2, 2, []float64{0.5, -4, 1.5, -8}), 0)
	dx := p.Backward(mat.NewDense(2, 2, []float64{1, 10, 100, 1000}), true)
	nearMatrix(t, "dx", dx, mat.NewDense(2, 2, []float64{0.5, -20, 50, -2000}), 0)
	nearMatrix(t, "ds", p.Grads()[0], row([]float64{301, 4020}), 0)
}

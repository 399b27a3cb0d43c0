package mlptest_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// faultyLoss replaces Eval of the mean squared error.
type faultyLoss struct {
	mlp.Loss
	eval func(grad, yhat, y *mat.Dense) float64
}

func (f faultyLoss) Eval(grad, yhat, y *mat.Dense) float64 { return f.eval(grad, yhat, y) }

// faultyFusion replaces EvalLogits of the binary cross-entropy.
type faultyFusion struct {
	mlp.LogitLoss
	eval func(dz, z, y *mat.Dense) float64
}

func (f faultyFusion) EvalLogits(dz, z, y *mat.Dense) float64 { return f.eval(dz, z, y) }

type loner struct{ mlp.LogitLoss }

func (loner) Fuses(mlp.Activation) bool { return false }

// logLikelihood is the cross-entropy of outputs that are log-probabilities.
type logLikelihood struct{ mlp.LogitLoss }

func (logLikelihood) Fuses(act mlp.Activation) bool { return act == mlp.LogSoftmax }

func (logLikelihood) Eval(grad, yhat, y *mat.Dense) float64 {
	rows, cols := y.Dims()
	sum := 0.0
	for i := range rows {
		for j := range cols {
			sum -= yhat.At(i, j) * y.At(i, j) / float64(rows)
		}
	}
	if grad != nil {
		grad.Scale(-1/float64(rows), y)
	}
	return sum
}

func TestCheckLoss(t *testing.T) {
	mlptest.CheckLoss(t, logLikelihood{mlp.CategoricalCrossEntropy})
	mse, bce := mlp.MeanSquaredError, mlp.BinaryCrossEntropy
	for want, eval := range map[string]func(grad, yhat, y *mat.Dense) float64{
		"gradient against finite differences": func(grad, yhat, y *mat.Dense) float64 {
			v := mse.Eval(grad, yhat, y)
			if grad != nil {
				grad.Scale(0.5, grad)
			}
			return v
		},
		"mean of the same rows twice": func(grad, yhat, y *mat.Dense) float64 {
			n, _ := y.Dims()
			if grad == nil {
				return float64(n) * mse.Eval(nil, yhat, y)
			}
			v := mse.Eval(grad, yhat, y)
			grad.Scale(float64(n), grad)
			return float64(n) * v
		},
		"outputs afterwards": func(grad, yhat, y *mat.Dense) float64 {
			v := mse.Eval(grad, yhat, y)
			yhat.Set(0, 0, 1)
			return v
		},
		"value without a gradient": func(grad, yhat, y *mat.Dense) float64 {
			if grad == nil {
				return 0
			}
			return mse.Eval(grad, yhat, y)
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, faultyLoss{mse, eval}) }), want)
	}
	for want, eval := range map[string]func(dz, z, y *mat.Dense) float64{
		"value fused and not": func(dz, z, y *mat.Dense) float64 { return 1 + bce.EvalLogits(dz, z, y) },
		"gradient fused and not": func(dz, z, y *mat.Dense) float64 {
			v := bce.EvalLogits(dz, z, y)
			if dz != nil {
				dz.Scale(2, dz)
			}
			return v
		},
		"large logits": func(dz, z, y *mat.Dense) float64 {
			p := mat.DenseCopyOf(z)
			rows, _ := z.Dims()
			for i := range rows {
				p.Set(i, 0, math.Exp(z.At(i, 0))/(1+math.Exp(z.At(i, 0))))
			}
			v := bce.Eval(nil, p, y)
			bce.EvalLogits(dz, z, y)
			return v
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, faultyFusion{bce, eval}) }), want)
	}
	expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, loner{bce}) }), "fuses with no activation")
}

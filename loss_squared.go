package mlp

import "gonum.org/v1/gonum/mat"

// MeanSquaredError is Σ (ŷ−y)²/(n·k), with gradient 2(ŷ−y)/(n·k). It fuses
// with Identity.
var MeanSquaredError LogitLoss = meanSquaredError{}

type meanSquaredError struct{ regression }

func (meanSquaredError) Name() string { return "mean_squared_error" }

func (meanSquaredError) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		d := yhat - y
		return float64(d * d), 2 * d
	})
}

func (l meanSquaredError) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

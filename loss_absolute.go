package mlp

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// MeanAbsoluteError is Σ |ŷ−y|/(n·k), with gradient sign(ŷ−y)/(n·k), which is 0
// where ŷ = y. A network trained with it predicts medians, which outliers
// influence little. It fuses with Identity.
var MeanAbsoluteError LogitLoss = meanAbsoluteError{}

type meanAbsoluteError struct{ regression }

func (meanAbsoluteError) Name() string { return "mean_absolute_error" }

func (meanAbsoluteError) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		d := yhat - y
		return math.Abs(d), sign(d)
	})
}

func (l meanAbsoluteError) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

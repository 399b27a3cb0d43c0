package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Quantile returns the pinball loss, the mean over all n·k entries of
//
//	q·(y−ŷ)      where ŷ < y
//	(1−q)·(ŷ−y)  elsewhere
//
// with gradient 0 where ŷ = y. A network trained with it predicts the
// q-quantile of the targets: with 0.9, a number that nine targets out of ten
// fall below (Koenker and Bassett, 1978). q is in (0, 1); the name is
// "quantile" for q = 0.5, which is half of MeanAbsoluteError. Model returns an
// error for q out of range. It fuses with Identity.
func Quantile(q float64) LogitLoss { return quantile{q: q} }

type quantile struct {
	regression
	q float64
}

func (l quantile) Name() string {
	if l.q == 0.5 {
		return "quantile"
	}
	return fmt.Sprintf("quantile(%g)", l.q)
}

// Validate returns an error unless q is in (0, 1).
func (l quantile) Validate() error {
	if !(l.q > 0 && l.q < 1) {
		return fmt.Errorf("q is %g, want a number in (0, 1)", l.q)
	}
	return nil
}

func (l quantile) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		d := yhat - y
		slope = d // zero or NaN, unless
		switch {
		case d > 0:
			slope = 1 - l.q
		case d < 0:
			slope = -l.q
		}
		return float64(slope * d), slope
	})
}

func (l quantile) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Poisson is Σ (exp(ŷ) − y·ŷ)/(n·k), for targets y ≥ 0 that count events: the
// negative log-likelihood of Poisson distributions with rates exp(ŷ), but for
// a term that depends on y alone (as PyTorch's PoissonNLLLoss). It fuses with
// Identity. Fit and Evaluate return an error for a target below 0.
//
// The outputs are logarithms of rates, in what Predict returns as well: the
// expected counts are their exponentials. R², the score of a Regressor,
// compares outputs with targets and says nothing here.
var Poisson LogitLoss = poisson{}

type poisson struct{}

func (poisson) Name() string              { return "poisson" }
func (poisson) Task() Task                { return Regression }
func (poisson) Fuses(act Activation) bool { return act == Identity }

func (l poisson) CheckTarget(row []float64) error {
	for j, v := range row {
		if v < 0 {
			return fmt.Errorf("has %g in column %d, %s takes numbers of at least 0", v, j, l.Name())
		}
	}
	return nil
}

func (poisson) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		rate := exp(yhat)
		return rate - float64(y*yhat), rate - y
	})
}

func (l poisson) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

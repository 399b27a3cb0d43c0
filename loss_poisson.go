package mlp

import "gonum.org/v1/gonum/mat"

// Poisson is Σ (exp(ŷ) − y·ŷ)/(n·k), for targets y ≥ 0 that count events: the
// negative log-likelihood of Poisson distributions with rates exp(ŷ), except
// for a term that depends only on y (like PyTorch's PoissonNLLLoss). It fuses
// with Identity.
//
// Its task is Counting: the outputs ŷ, which Forward returns, are logarithms.
// Predict returns the expected counts exp(ŷ), and R² compares these with the
// targets. Use Identity for the last layer: with an activation that is never
// negative, such as Softplus, no expected count would be below 1. (The Poisson
// loss of Keras takes the expected counts themselves.)
var Poisson LogitLoss = poisson{}

type poisson struct{}

func (poisson) Name() string              { return "poisson" }
func (poisson) Task() Task                { return Counting }
func (poisson) Fuses(act Activation) bool { return act == Identity }

func (poisson) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		rate := exp(yhat)
		return rate - float64(y*yhat), rate - y
	})
}

func (l poisson) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

package mlp

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// KLDivergence is Σ y·(log y − log p)/n, which measures how far the
// probabilities p are from the distributions y, with 0·log 0 = 0 (Kullback and
// Leibler, 1951). It is CategoricalCrossEntropy minus the entropy of the
// targets: the gradient is the same, but the loss is 0 where p = y. It fuses
// with Softmax. Without fusion, probabilities below 2⁻¹⁰²² count as 2⁻¹⁰²².
var KLDivergence LogitLoss = klDivergence{}

type klDivergence struct{}

func (klDivergence) Name() string              { return "kl_divergence" }
func (klDivergence) Task() Task                { return Multiclass }
func (klDivergence) Fuses(act Activation) bool { return act == Softmax }

func (l klDivergence) CheckOutput(act Activation) error { return checkDistributions(l, act) }
func (klDivergence) CheckTarget([]float64) error        { return nil }

func (klDivergence) Eval(grad, yhat, y *mat.Dense) float64 {
	return categoricalCrossEntropy{}.Eval(grad, yhat, y) - meanEntropy(y)
}

func (klDivergence) EvalLogits(dz, z, y *mat.Dense) float64 {
	return categoricalCrossEntropy{}.EvalLogits(dz, z, y) - meanEntropy(y)
}

// meanEntropy returns −Σ y·log y/n, summed in the same order as the
// cross-entropy, so that their difference is 0 where p = y.
func meanEntropy(y *mat.Dense) float64 {
	n, _ := y.Dims()
	sum := 0.0
	for i := range n {
		for _, p := range y.RawRowView(i) {
			if p != 0 {
				sum -= float64(p * kernel.Log(p))
			}
		}
	}
	return float64(sum * (1 / float64(n)))
}

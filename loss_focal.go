package mlp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// Focal returns the focal loss −Σ (1−pₜ)^γ·log pₜ/(n·k), where pₜ is the
// probability given to the true class: p for the target 1, 1−p for the target 0
// (Lin et al., 2017, without the balancing factor α). It is BinaryCrossEntropy
// with less weight on samples that are already classified well, for classes of
// very unequal size. γ = gamma is at least 0; 2 is usual and 0 gives the
// cross-entropy. Model returns an error for γ out of range.
//
// It fuses with Sigmoid. Without fusion, probabilities below 2⁻¹⁰²² count as
// 2⁻¹⁰²².
func Focal(gamma float64) LogitLoss { return focal{gamma} }

type focal struct{ gamma float64 }

func (l focal) Name() string            { return fmt.Sprintf("focal(%g)", l.gamma) }
func (focal) Task() Task                { return Binary }
func (focal) Fuses(act Activation) bool { return act == Sigmoid }

func (l focal) CheckOutput(act Activation) error { return checkProbabilities(l, act) }
func (focal) CheckTarget([]float64) error        { return nil }

// Validate returns an error unless γ is a number of at least 0.
func (l focal) Validate() error { return checkNonNegative("gamma", l.gamma) }

// Eval uses, with p = pₜ and q = 1−p, the derivative q^γ·(γ·log p/q − 1/p).
func (l focal) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		p, q, sign := max(yhat, minProb), max(1-yhat, minProb), 1.0
		if y == 0 {
			p, q, sign = q, p, -1
		}
		logP := kernel.Log(p)
		w := exp(l.gamma * kernel.Log(q)) // q^γ
		return -float64(w * logP), sign * w * (l.gamma*logP/q - 1/p)
	})
}

// EvalLogits uses p = pₜ = σ(s) and q = 1−p = σ(−s), where s = z for the target
// 1 and s = −z for the target 0:
//
//	−log p = max(−s, 0) + log(1 + exp(−|s|))
//	−log q = max(s, 0) + log(1 + exp(−|s|))
//	d/ds (−q^γ·log p) = q^γ·(γ·p·log p − q)
func (l focal) EvalLogits(dz, z, y *mat.Dense) float64 {
	return meanOverEntries(dz, z, y, func(s, y float64) (loss, slope float64) {
		sign := 1.0
		if y == 0 {
			s, sign = -s, -1
		}
		e := exp(-math.Abs(s))
		p, q := 1/(1+e), e/(1+e)
		if s < 0 {
			p, q = q, p
		}
		tail := kernel.Log1p(e)
		logP, logQ := -(max(-s, 0) + tail), -(max(s, 0) + tail)
		w := exp(l.gamma * logQ) // q^γ
		return -float64(w * logP), sign * w * (float64(l.gamma*p*logP) - q)
	})
}

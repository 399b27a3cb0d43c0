package mlp

import (
	"cmp"
	"math"

	"example.com/mlp/internal/kernel"
)

// Adamax is Adam with the infinity norm in place of the mean square,
//
//	m ← β₁·m + (1−β₁)·g    u ← max(β₂·u, |g| + ε)
//	w ← w − η·m/((1−β₁ᵗ)·u)
//
// (Kingma and Ba, 2015, algorithm 2; ε is placed as in PyTorch).
//
// A 64-64-10 network reaches a test accuracy of 0.95 on the 8×8 digits in
// 30 epochs with LearningRate 0.005.
type Adamax struct {
	LearningRate float64 // η; 0 means 0.002
	Beta1        float64 // β₁ in (0, 1); 0 means 0.9
	Beta2        float64 // β₂ in (0, 1); 0 means 0.999
	Epsilon      float64 // ε; 0 means 1e-8
}

// Name returns "adamax".
func (o Adamax) Name() string { return "adamax" }

// Rate returns the learning rate.
func (o Adamax) Rate() float64 { return cmp.Or(o.LearningRate, 2e-3) }

// Slots returns 2, for m and u.
func (o Adamax) Slots() int { return 2 }

// Validate returns an error for a hyperparameter out of range.
func (o Adamax) Validate() error {
	return checkMoments("Adamax", o.LearningRate, o.Beta1, o.Beta2, o.Epsilon)
}

// Step implements Rule.
func (o Adamax) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	checkStep(w, g, slots, o.Slots())
	rate := o.Rate() * scale
	beta1, beta2 := cmp.Or(o.Beta1, 0.9), cmp.Or(o.Beta2, 0.999)
	epsilon := cmp.Or(o.Epsilon, 1e-8)
	rate /= kernel.BiasCorrection(beta1, t)
	m, u := slots[0], slots[1]
	for i, g := range g {
		m[i] = runningMean(beta1, m[i], g)
		u[i] = max(beta2*u[i], math.Abs(g)+epsilon)
		w[i] -= float64(rate * (m[i] / u[i]))
	}
}

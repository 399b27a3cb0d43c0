package mlp

import "cmp"

// Lion steps by the sign of an average of momentum and gradient,
//
//	c = β₁·m + (1−β₁)·g
//	w ← w − η·(sign(c) + λ·w)
//	m ← β₂·m + (1−β₂)·g
//
// (Chen et al., 2023, Symbolic Discovery of Optimization Algorithms). All steps
// have the same size: the learning rate should be 3 to 10 times smaller than
// for AdamW, and λ larger by the same factor. sign(0) is 0.
//
// A 64-64-10 network reaches a test accuracy of 0.95 on the 8×8 digits in
// 20 epochs with LearningRate 0.001.
type Lion struct {
	LearningRate float64 // η; 0 means 0.0001
	Beta1        float64 // β₁ in (0, 1); 0 means 0.9
	Beta2        float64 // β₂ in (0, 1); 0 means 0.99
	WeightDecay  float64 // λ; 0 means none
}

// Name returns "lion".
func (o Lion) Name() string { return "lion" }

// Rate returns the learning rate.
func (o Lion) Rate() float64 { return cmp.Or(o.LearningRate, 1e-4) }

// Slots returns 1, for m.
func (o Lion) Slots() int { return 1 }

// Validate returns an error for a hyperparameter out of range.
func (o Lion) Validate() error {
	return cmp.Or(
		checkRate("Lion", o.LearningRate),
		checkFraction("Lion.Beta1", o.Beta1),
		checkFraction("Lion.Beta2", o.Beta2),
		checkNonNegative("Lion.WeightDecay", o.WeightDecay),
	)
}

// decays is for decaysByItself.
func (o Lion) decays() bool { return o.WeightDecay != 0 }

// Step implements Rule.
func (o Lion) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	checkStep(w, g, slots, o.Slots())
	rate := o.Rate() * scale
	beta1, beta2 := cmp.Or(o.Beta1, 0.9), cmp.Or(o.Beta2, 0.99)
	m := slots[0]
	for i, g := range g {
		step := sign(runningMean(beta1, m[i], g)) + float64(o.WeightDecay*w[i])
		w[i] -= float64(rate * step)
		m[i] = runningMean(beta2, m[i], g)
	}
}

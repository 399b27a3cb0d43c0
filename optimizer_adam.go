package mlp

import (
	"cmp"
	"math"

	"example.com/mlp/internal/kernel"
)

// Adam scales each step by running means of the gradient and its square,
//
//	m ← β₁·m + (1−β₁)·g    v ← β₂·v + (1−β₂)·g²
//	w ← w − η·m̂/(√v̂ + ε)    m̂ = m/(1−β₁ᵗ)    v̂ = v/(1−β₂ᵗ)
//
// where t counts the steps (Kingma and Ba, 2015, algorithm 1). With AMSGrad,
// the largest v so far replaces v in the second line (Reddi, Kale and Kumar,
// 2018, with PyTorch's bias correction).
//
// A 64-64-10 network reaches a test accuracy of 0.95 on the 8×8 digits in
// 30 epochs with the defaults.
type Adam struct {
	LearningRate float64 // η; 0 means 0.001
	Beta1        float64 // β₁ in (0, 1); 0 means 0.9
	Beta2        float64 // β₂ in (0, 1); 0 means 0.999
	Epsilon      float64 // ε; 0 means 1e-8
	AMSGrad      bool    // never let the denominator shrink
}

// Name returns "adam".
func (o Adam) Name() string { return "adam" }

// Rate returns the learning rate.
func (o Adam) Rate() float64 { return cmp.Or(o.LearningRate, 1e-3) }

// Slots returns 2, for m and v, or 3 with AMSGrad, which adds the largest v.
func (o Adam) Slots() int {
	if o.AMSGrad {
		return 3
	}
	return 2
}

// Validate returns an error for a hyperparameter out of range.
func (o Adam) Validate() error {
	return checkMoments("Adam", o.LearningRate, o.Beta1, o.Beta2, o.Epsilon)
}

// Step implements Rule.
func (o Adam) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	checkStep(w, g, slots, o.Slots())
	k := o.coefficients(scale, t)
	m, v := slots[0], slots[1]
	if !o.AMSGrad {
		kernel.AdamStep(w, g, m, v, k)
		return
	}
	largest := slots[2]
	for i, g := range g {
		m[i] = runningMean(k.Beta1, m[i], g)
		v[i] = runningMean(k.Beta2, v[i], g*g)
		largest[i] = max(largest[i], v[i])
		root := float64(math.Sqrt(largest[i]) * k.RootScale)
		w[i] -= float64(k.Rate * (m[i] / (root + k.Epsilon)))
	}
}

// step32 implements rule32, without AMSGrad.
func (o Adam) step32(w, g []float32, slots [][]float32, scale float64, t int) {
	kernel.AdamStep32(w, g, slots[0], slots[1], o.coefficients(scale, t))
}

func (o Adam) coefficients(scale float64, t int) kernel.AdamCoefficients {
	beta1, beta2 := cmp.Or(o.Beta1, 0.9), cmp.Or(o.Beta2, 0.999)
	return kernel.NewAdamCoefficients(t, o.Rate()*scale, beta1, beta2, cmp.Or(o.Epsilon, 1e-8))
}

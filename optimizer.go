package mlp

import (
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// An Optimizer is an update rule. Its fields are hyper-parameters; its state
// is vectors, the slots, that the training loop owns and passes in, so that
// one value serves any number of networks at once.
//
// mlptest.CheckOptimizer checks an implementation.
type Optimizer interface {
	// Name returns a stable identifier in snake case, such as "adam".
	Name() string

	// Slots returns the number of state vectors per parameter: plain SGD has
	// none, momentum one, Adam two.
	Slots() int

	// Step updates the parameters w by the gradient g in place. slots holds
	// Slots vectors of the length of w, zero before the first step. scale
	// multiplies the learning rate. t counts the steps from 1. Step treats
	// every element alike and on its own; it does not allocate or write g.
	Step(w, g []float64, slots [][]float64, scale float64, t int)
}

// SGD is stochastic gradient descent with step size η,
//
//	w ← w − η·g
//
// or, with momentum μ, in the form of Keras and scikit-learn,
//
//	v ← μ·v − η·g    w ← w + v
//
// With Nesterov it is w ← w + μ·v − η·g instead (Sutskever et al., 2013).
type SGD struct {
	LearningRate float64 // η; 0 means 0.01
	Momentum     float64 // μ in [0, 1)
	Nesterov     bool    // needs Momentum
}

// Name returns "sgd".
func (o SGD) Name() string { return "sgd" }

// Slots returns 1 with momentum, else 0.
func (o SGD) Slots() int {
	if o.Momentum == 0 {
		return 0
	}
	return 1
}

// Validate returns an error for a hyper-parameter out of range.
func (o SGD) Validate() error {
	if err := checkRate("SGD", o.LearningRate); err != nil {
		return err
	}
	if err := checkDecay("SGD.Momentum", o.Momentum); err != nil {
		return err
	}
	if o.Nesterov && o.Momentum == 0 {
		return fmt.Errorf("SGD.Nesterov needs SGD.Momentum, which is 0")
	}
	return nil
}

// Step implements Optimizer.
func (o SGD) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	rate := orDefault(o.LearningRate, 0.01) * scale
	switch {
	case o.Momentum == 0:
		kernel.SGDStep(w, g, rate)
	case o.Nesterov:
		kernel.NesterovStep(w, g, slots[0], rate, o.Momentum)
	default:
		kernel.MomentumStep(w, g, slots[0], rate, o.Momentum)
	}
}

// Adam scales each step by running means of the gradient and its square,
//
//	m ← β₁·m + (1−β₁)·g    v ← β₂·v + (1−β₂)·g²
//	w ← w − η·m̂/(√v̂ + ε)    m̂ = m/(1−β₁ᵗ)    v̂ = v/(1−β₂ᵗ)
//
// where t counts the steps (Kingma and Ba, 2015, algorithm 1).
type Adam struct {
	LearningRate float64 // η; 0 means 0.001
	Beta1        float64 // β₁ in (0, 1); 0 means 0.9
	Beta2        float64 // β₂ in (0, 1); 0 means 0.999
	Epsilon      float64 // ε; 0 means 1e-8
}

// Name returns "adam".
func (o Adam) Name() string { return "adam" }

// Slots returns 2, for m and v.
func (o Adam) Slots() int { return 2 }

// Validate returns an error for a hyper-parameter out of range.
func (o Adam) Validate() error {
	if err := checkRate("Adam", o.LearningRate); err != nil {
		return err
	}
	if err := checkDecay("Adam.Beta1", o.Beta1); err != nil {
		return err
	}
	if err := checkDecay("Adam.Beta2", o.Beta2); err != nil {
		return err
	}
	if !(o.Epsilon >= 0) || math.IsInf(o.Epsilon, 1) {
		return fmt.Errorf("Adam.Epsilon is %g, want a number of at least 0", o.Epsilon)
	}
	return nil
}

// Step implements Optimizer.
func (o Adam) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	rate := orDefault(o.LearningRate, 1e-3) * scale
	beta1, beta2 := orDefault(o.Beta1, 0.9), orDefault(o.Beta2, 0.999)
	k := kernel.NewAdamCoefficients(t, rate, beta1, beta2, orDefault(o.Epsilon, 1e-8))
	kernel.AdamStep(w, g, slots[0], slots[1], k)
}

// orDefault returns v, or def where v is zero.
func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// checkRate returns an error for a learning rate that is negative or not
// finite.
func checkRate(owner string, rate float64) error {
	if !(rate >= 0) || math.IsInf(rate, 1) {
		return fmt.Errorf("%s.LearningRate is %g, want a number above 0 (or 0 for the default)", owner, rate)
	}
	return nil
}

// checkDecay returns an error unless v is in [0, 1).
func checkDecay(field string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("%s is %g, want a number in [0, 1)", field, v)
	}
	return nil
}

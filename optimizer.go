package mlp

import (
	"cmp"
	"fmt"

	"example.com/mlp/internal/quote"
)

// An Optimizer is a method of finding weights with a small loss: a Rule, or
// LBFGS.
type Optimizer interface {
	// Name returns a stable identifier in snake case, such as "adam".
	Name() string

	// Rate returns the learning rate, for the History and FindLearningRate, or
	// 0 if the optimizer has none.
	Rate() float64
}

// A Rule is an Optimizer that updates each weight from its gradient after every
// batch. Its fields are hyperparameters. Its state is a set of vectors, the
// slots, which the training loop owns and passes in, so one value serves any
// number of networks at once.
//
// mlptest.CheckOptimizer checks an implementation.
type Rule interface {
	Optimizer

	// Slots returns the number of state vectors per parameter, at most 100:
	// plain SGD has none, momentum one, Adam two. Every call returns the same
	// number.
	Slots() int

	// Step updates the parameters w by the gradient g in place. slots holds
	// Slots vectors of the same length as w, all zero before the first step.
	// scale multiplies the learning rate. t counts the steps from 1. Step must
	// treat all elements alike and independently, because Fit passes a large
	// parameter in pieces, from several goroutines at once; it must not
	// allocate or write to g. The rules of this package panic with a
	// *ShapeError if the vectors do not match.
	Step(w, g []float64, slots [][]float64, scale float64, t int)
}

// optimizers is the table of optimizers for lookup by name, with default
// values.
var optimizers = []Optimizer{
	SGD{}, Adam{}, AdamW{}, NAdam{}, RAdam{}, Adamax{}, RMSprop{}, Adagrad{}, Adadelta{}, Lion{}, Rprop{}, LBFGS{},
}

// OptimizerByName returns the optimizer of this package with the given Name and
// default hyperparameters, or an error that lists the valid names.
func OptimizerByName(name string) (Optimizer, error) {
	return byName("OptimizerByName", "optimizer", optimizers, name)
}

// maxSlots bounds the memory that an optimizer may ask for.
const maxSlots = 100

// checkOptimizer returns an error for an optimizer that Fit does not support or
// whose hyperparameters are out of range.
func checkOptimizer(o Optimizer) error {
	switch o := o.(type) {
	case Rule:
		return checkRule(o)
	case LBFGS, *LBFGS:
		return validate(o)
	}
	return fmt.Errorf("optimizer %s, a %T, is no Rule", quote.Text(o.Name()), o)
}

// checkRule returns an error for hyperparameters out of range or for an invalid
// number of slots.
func checkRule(r Rule) error {
	if err := validate(r); err != nil {
		return err
	}
	if n := r.Slots(); n < 0 || n > maxSlots {
		return fmt.Errorf("optimizer %s has %d slots, want 0 to %d", quote.Text(r.Name()), n, maxSlots)
	}
	return nil
}

// checkStep panics unless the vectors passed to Step match and there are at
// least want slots.
func checkStep(w, g []float64, slots [][]float64, want int) {
	checkLength("Step", "g", g, "w", w)
	if len(slots) < want {
		panic(&ShapeError{Op: "Step", Subject: "slots", Got: len(slots), Unit: "vectors", Wanting: "the optimizer takes", Want: want})
	}
	for _, s := range slots[:want] {
		checkLength("Step", "a slot", s, "w", w)
	}
}

// checkRate returns an error for a learning rate that is negative or not
// finite.
func checkRate(owner string, rate float64) error {
	return checkPositiveOr(owner+".LearningRate", rate, "the default")
}

// checkMoments returns an error for a hyperparameter of Adam or one of its
// relatives that is out of range.
func checkMoments(owner string, rate, beta1, beta2, epsilon float64) error {
	return cmp.Or(
		checkRate(owner, rate),
		checkFraction(owner+".Beta1", beta1),
		checkFraction(owner+".Beta2", beta2),
		checkNonNegative(owner+".Epsilon", epsilon),
	)
}

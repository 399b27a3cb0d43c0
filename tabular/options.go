package tabular

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Options say what Fit does. The zero value is right for a first try.
type Options struct {
	Method Method // the zero value is Auto
	Metric Metric // what to optimise; the zero value is accuracy, or R² of numbers

	// Recipe has the columns that are not what their cells show, and what means
	// a missing value. Its Target must be empty. Where it says nothing, numbers are
	// scaled as the Method wants them; missing ones become the mean, with a flag;
	// names that are missing or were not there in training become zeros or the
	// code 0, missing truth values 0, other missing values the most frequent one;
	// a column without a cell in the rows to train with is no input.
	Recipe dataset.Recipe

	// Validation says which rows judge; the zero value is HoldOut(0.2).
	Validation Validation

	// Seeds is how often each network is trained, from another seed each time;
	// the mean of all answers. 0 means once.
	Seeds int

	// Members is the number of members with which a TabM answers, of those that it
	// has: the ones that are best together on the rows held out, so that answers
	// cost less. 0 means all.
	Members int

	// Weights are those of the rows of the table in the training; nil means that
	// all count alike. Balanced multiplies them so that all classes with rows to
	// train with count alike. The Metric does not know weights.
	Weights  []float64
	Balanced bool

	// Epochs is the number of passes over the rows, at most; 0 means what is usual
	// for each network, at most 256.
	Epochs int

	// Time is the time for all training together, of which each training gets its
	// share: after it, a network stays at its best epoch so far. 0 means no limit.
	// What comes of it depends on the speed of the machine.
	Time time.Duration

	Seed    uint64 // another seed gives other networks and holds out other rows
	Float64 bool   // compute in double precision instead of single precision, which is faster

	// Callbacks, if not nil, returns those that are notified of the training of
	// a network, by the name that Trial.Network has, new ones for each. Several
	// networks are trained at once, by goroutines of their own, which call it one
	// after the other.
	Callbacks func(network string) []mlp.Callback
}

const leastRows = 10 // of a table

// withDefaults returns the checked options with defaults in place of zeros, for
// a table of this many rows with this target.
func (o Options) withDefaults(rows int, target dataset.Target) (Options, error) {
	o.Validation = o.Validation.orUsual()
	o.Seeds = cmp.Or(o.Seeds, 1)
	if err := cmp.Or(o.Method.check(), o.Validation.check()); err != nil {
		return o, err
	}
	switch {
	case o.Recipe.Target != (dataset.Target{}):
		return o, errors.New("Options.Recipe has a Target, which is an argument of its own")
	case rows < leastRows:
		return o, fmt.Errorf("too few rows: %d, want at least %d", rows, leastRows)
	case o.Seeds < 0:
		return o, fmt.Errorf("Options.Seeds is %d, want at least 1 (or 0 for one)", o.Seeds)
	case o.Members < 0:
		return o, fmt.Errorf("Options.Members is %d, want at least 1 (or 0 for all)", o.Members)
	case o.Epochs < 0:
		return o, fmt.Errorf("Options.Epochs is %d, want at least 1 (or 0 for the usual number)", o.Epochs)
	case o.Time < 0:
		return o, fmt.Errorf("Options.Time is %v, want a time above 0 (or 0 for no limit)", o.Time)
	}
	return o, o.checkWeights(rows, target)
}

// precision returns that of the networks.
func (o Options) precision() mlp.Precision {
	if o.Float64 {
		return mlp.Float64
	}
	return mlp.Float32
}

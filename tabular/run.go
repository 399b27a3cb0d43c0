package tabular

import "fmt"

// A Run is one of the trainings of a Fit or a Tune: of a network, from one of the
// seeds, with one of the folds.
type Run struct {
	Network string // its name, as in Trial.Network
	Seed    int    // which of the seeds, from 0
	Fold    int    // which of the folds of Options.Validation, from 0

	// Number is that of the training in the order in which they begin, from 1, and Of
	// how many there are, those of the search of Tune included. If that ends early, Of
	// becomes smaller after it.
	Number, Of int
}

// String returns the number and the network, such as "3 of 15, TabM".
func (r Run) String() string { return fmt.Sprintf("%d of %d, %s", r.Number, r.Of, r.Network) }

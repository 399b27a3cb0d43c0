package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A network is a way to make layers and to train them.
type network struct {
	name string

	// layers returns the layers, which have learned from d what they need.
	layers func(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error)

	// training returns the options to train with this many rows, for numbers or
	// for probabilities.
	training func(rows int, numbers bool) mlp.FitOptions

	// patience is the number of epochs without an improvement that end the
	// training, 0 if it needs all its epochs.
	patience int

	// steps is the number of steps that are enough; 0 if 256 epochs, or patience,
	// end the training.
	steps int

	// seeds is how often it is trained where rows are few and the options do not say;
	// 0 means once.
	seeds int

	// members is the number of networks in one, and withMembers returns the network
	// with another number of them; 0 and nil if it is one.
	members     int
	withMembers func(members int) *network
}

// model returns a network that has yet to be trained with the rows d.
func (n *network) model(d *dataset.Data, t task, seed uint64, options ...mlp.ModelOption) (mlp.Network, error) {
	layers, err := n.layers(d, t, seed)
	if err != nil {
		return nil, err
	}
	return mlp.Model(layers, t.loss, append(options, mlp.WithSeed(seed))...)
}

// epochs returns the usual number of epochs for this many rows: 256, or fewer if
// they make more steps than are enough.
func (n *network) epochs(rows int, numbers bool) int {
	const most, least = 256, 16
	if n.steps == 0 {
		return most
	}
	batch := n.training(rows, numbers).BatchSize
	return max(least, min(most, n.steps*batch/rows))
}

// threeTimes returns a network that is trained three times with few rows, as what
// comes of it depends much on the seed then.
func threeTimes(sized func(Size) *network) func(Size) *network {
	return func(size Size) *network {
		n := *sized(size)
		n.seeds = 3
		return &n
	}
}

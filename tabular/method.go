package tabular

import (
	"fmt"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A Method says which networks Fit trains.
type Method int

const (
	// Auto trains TabMMini, TabM, RealMLP on numbers that are prepared in two ways
	// and a linear model, and answers with the mean of those that are best together
	// on the rows held out. The networks err in different places, so that their
	// mean is mostly better than each of them.
	Auto Method = iota

	// TabMMini is TabM-mini (Gorishniy, Kotelnikov, Babenko, TabM: Advancing
	// Tabular Deep Learning with Parameter-Efficient Ensembling, 2025) at a size
	// for a CPU: 16 networks in one, which share two layers of 128 units, with
	// numbers by PiecewiseLinear. It ends when 16 epochs were no better than the
	// best one, so that it is the fastest but for Linear.
	TabMMini

	// TabM is TabMMini with scales of its own for each of its networks in every
	// layer, not only at the inputs.
	TabM

	// RealMLP is RealMLP-TD without label smoothing (Holzmüller, Grinsztajn,
	// Steinwart, Better by Default, 2024): three layers of 256 units, with numbers
	// by PBLD. It needs all its epochs, which are 256 as published, but fewer if
	// rows are many, so that it takes about 6000 steps.
	RealMLP

	// RealMLPSimple is RealMLP-TD-S without label smoothing, of the same
	// authors: numbers as they are, and names one-hot.
	RealMLPSimple

	// Plain is a network of two layers of 128 units with ReLU, trained by Adam.
	Plain

	// Linear is one dense layer: linear or logistic regression.
	Linear
)

// A plan is what stands behind a Method.
type plan struct {
	name     string
	encoding encoding
	networks []*network // of which the best are averaged
}

// A network is a way to make layers and to train them.
type network struct {
	name string

	// layers returns the layers, which have learned from d what they need.
	layers func(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error)

	// training returns the options to train with this many rows.
	training func(rows int, regression bool) mlp.FitOptions

	// patience is the number of epochs without an improvement that end the
	// training, 0 if it needs all its epochs.
	patience int

	// steps is the number of steps that are enough; 0 if it does not matter.
	steps int

	// members is the number of networks in one, of which withMembers leaves some;
	// 0 if it is one.
	members     int
	withMembers func(members int) *network
}

// epochs returns the usual number of epochs for this many rows.
func (n *network) epochs(rows int, numbers bool) int {
	const most, least = 256, 16
	if n.steps == 0 {
		return most
	}
	batch := n.training(rows, numbers).BatchSize
	return max(least, min(most, n.steps*batch/rows))
}

var plans = [...]plan{
	Auto:          {"Auto", both, []*network{tabMMini, tabM, realMLP, realMLPNormal, linear}},
	TabMMini:      {"TabMMini", quantiles, []*network{tabMMini}},
	TabM:          {"TabM", quantiles, []*network{tabM}},
	RealMLP:       {"RealMLP", robust, []*network{realMLP}},
	RealMLPSimple: {"RealMLPSimple", robustOneHot, []*network{realMLPSimple}},
	Plain:         {"Plain", quantiles, []*network{plain}},
	Linear:        {"Linear", robustOneHot, []*network{linear}},
}

// String returns a name such as "TabM".
func (m Method) String() string {
	if m.check() != nil {
		return fmt.Sprintf("Method(%d)", int(m))
	}
	return plans[m].name
}

func (m Method) check() error {
	if m >= 0 && int(m) < len(plans) {
		return nil
	}
	var names []string
	for _, p := range plans {
		names = append(names, p.name)
	}
	return fmt.Errorf("Options.Method is %d, want one of %v", int(m), names)
}

package tabular

import (
	"fmt"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A Method is a network and its training.
type Method int

const (
	// TabM is a small TabM-mini (Gorishniy, Kotelnikov, Babenko, TabM: Advancing
	// Tabular Deep Learning with Parameter-Efficient Ensembling, 2025): 16
	// networks in one, which share two layers of 128 units, with numbers by
	// PiecewiseLinear. It ends when 16 epochs were no better than the best one.
	TabM Method = iota

	// RealMLP is RealMLP-TD without label smoothing (Holzmüller, Grinsztajn,
	// Steinwart, Better by Default, 2024): three layers of 256 units, with numbers
	// by PBLD. It needs all its epochs.
	RealMLP

	// Linear is one dense layer: linear or logistic regression.
	Linear
)

// A method is what stands behind a Method.
type method struct {
	name string

	scaling     dataset.Scaling // of numbers
	codesFrom   int             // names from which a column becomes codes
	signs       bool            // two names become a sign
	smoothFlags bool

	// layers returns the layers, which have learned from d what they need.
	layers func(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error)

	// training returns the options to train with this many rows.
	training func(rows int, regression bool) mlp.FitOptions
}

var methods = [...]method{TabM: tabM, RealMLP: realMLP, Linear: linear}

// String returns a name such as "TabM".
func (m Method) String() string {
	if m < 0 || int(m) >= len(methods) {
		return fmt.Sprintf("Method(%d)", int(m))
	}
	return methods[m].name
}

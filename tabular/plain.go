package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

func plain(size Size) *network { return plainOf("plain", 2, plainWidth(size), mlp.ReLU) }

// plainTanh is plain with Tanh, which makes smoother answers than ReLU, in more
// layers.
func plainTanh(size Size) *network { return plainOf("plain-tanh", 4, plainWidth(size), mlp.Tanh) }

func plainWidth(size Size) int {
	switch size {
	case Small:
		return 64
	case Large:
		return 256
	}
	return 128
}

func plainOf(name string, depth, width int, act mlp.Activation) *network {
	return &network{name: name, training: plainTraining, patience: 16, layers: func(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
		const embedded = 8
		inputs, group := newInputs(d.Layout, dataset.SmoothClip, identity, embedded)
		layers := []mlp.Layer{inputs}
		n := len(group)
		for range depth {
			layers = append(layers, mlp.Dense(n, width, act))
			n = width
		}
		return append(layers, mlp.Dense(n, t.units, t.act)), nil
	}}
}

func plainTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{BatchSize: batchSize(rows), Optimizer: mlp.Adam{}, WeightDecay: 1e-4}
}

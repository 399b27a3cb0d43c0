package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

func plain(size Size) *network {
	width := 128
	switch size {
	case Small:
		width = 64
	case Large:
		width = 256
	}
	return &network{name: "plain", training: plainTraining, patience: 16, layers: func(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
		return plainLayers(d, t, width)
	}}
}

func plainLayers(d *dataset.Data, t task, width int) ([]mlp.Layer, error) {
	const embedded = 8
	inputs, group := newInputs(d.Layout, dataset.SmoothClip, identity, embedded)
	return []mlp.Layer{
		inputs,
		mlp.Dense(len(group), width, mlp.ReLU),
		mlp.Dense(width, width, mlp.ReLU),
		mlp.Dense(width, t.units, t.act),
	}, nil
}

func plainTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{BatchSize: batchSize(rows), Optimizer: mlp.Adam{}, WeightDecay: 1e-4}
}

package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

var plain = &network{name: "plain", layers: plainLayers, training: plainTraining, patience: 16}

func plainLayers(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
	const embedded, width = 8, 128
	inputs, group := newInputs(d.Layout, dataset.Normal, identity, embedded)
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

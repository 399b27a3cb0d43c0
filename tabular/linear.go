package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

var linear = &network{name: "linear", layers: linearLayers, training: linearTraining, patience: 16}

func linearLayers(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
	const embedded = 8
	inputs, group := newInputs(d.Layout, dataset.SmoothClip, identity, embedded)
	return []mlp.Layer{inputs, mlp.Dense(len(group), t.units, t.act)}, nil
}

func linearTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize: batchSize(rows),
		Optimizer: mlp.Adam{LearningRate: 0.01},
	}
}

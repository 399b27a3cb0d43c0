package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// linear scales numbers so that wild ones do no harm.
var linear = method{
	name:      "Linear",
	scaling:   dataset.SmoothClip,
	codesFrom: 101,
	layers:    linearLayers,
	training:  linearTraining,
}

func linearLayers(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
	const embedded = 8
	inputs, group := newInputs(d.Layout, func(n int) mlp.Layer { return mlp.ActivationLayer(n, mlp.Identity) }, embedded)
	return []mlp.Layer{inputs, mlp.Dense(len(group), t.units, t.act)}, nil
}

func linearTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize: tabMBatch(rows),
		Optimizer: mlp.Adam{LearningRate: 0.01},
		Callbacks: []mlp.Callback{&mlp.EarlyStopping{Patience: 16}},
	}
}

package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// linear is trained on all rows at once, with the default penalty of scikit-learn's
// LogisticRegression and Ridge: alpha and C are 1.
var linear = &network{name: "linear", layers: linearLayers, training: linearTraining, patience: 16}

func linearOf(Size) *network { return linear }

func linearLayers(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
	const embedded = 8
	inputs, group := newInputs(d.Layout, dataset.SmoothClip, identity, embedded)
	penalty := 0.5 / float64(d.Rows())
	return []mlp.Layer{inputs, mlp.Dense(len(group), t.units, t.act, mlp.WithL2(penalty))}, nil
}

func linearTraining(int, bool) mlp.FitOptions { return mlp.FitOptions{Optimizer: mlp.LBFGS{}} }

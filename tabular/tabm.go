package tabular

import (
	"math"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// tabM is TabM-mini at a size for a CPU; the published one has 32 members and
// layers of 512 units.
var tabM = method{
	name:      "TabM",
	scaling:   dataset.Normal,
	codesFrom: 101,
	layers:    tabMLayers,
	training:  tabMTraining,
}

func tabMLayers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	const members, width, bins, units, dropout = 16, 128, 48, 16, 0.1
	inputs, group := newInputs(d.Layout, func(n int) mlp.Layer { return mlp.NewPiecewiseLinear(n, bins, units) }, units)
	if err := mlp.Adapt([]mlp.Layer{inputs}, d.X, seed); err != nil {
		return nil, err
	}
	start := mlp.RandomSigns
	if hasNumbers(d.Layout) {
		start = mlp.Normal(0, 1)
	}
	n := len(group)
	return []mlp.Layer{
		inputs,
		mlp.MemberInputs(members, n, start, group),
		mlp.MemberLayers(members,
			mlp.Dense(n, width, mlp.ReLU, uniform(n)), mlp.Dropout(width, dropout),
			mlp.Dense(width, width, mlp.ReLU, uniform(width)), mlp.Dropout(width, dropout)),
		mlp.MemberHeads(members, width, t.units),
		mlp.MemberMean(members, t.units, t.act),
	}, nil
}

// uniform draws the weights of a dense layer from U(±1/√inputs).
func uniform(inputs int) mlp.DenseOption {
	bound := 1 / math.Sqrt(float64(inputs))
	return mlp.WithInitializer(mlp.Uniform(-bound, bound))
}

func tabMTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize:   tabMBatch(rows),
		Optimizer:   mlp.Adam{LearningRate: 0.002},
		WeightDecay: 3e-4,
		ClipNorm:    1,
		Groups: []mlp.Group{{
			Has: func(layer int, p mlp.Param) bool {
				return strings.HasSuffix(p.Name, "bias") || layer == 0 && p.Name == "0.weight"
			},
			NoDecay: true,
		}},
		Callbacks: []mlp.Callback{&mlp.EarlyStopping{Patience: 16}},
	}
}

// tabMBatch returns the size of the batches for this many rows.
func tabMBatch(rows int) int {
	switch {
	case rows < 2800:
		return 32
	case rows < 4500:
		return 64
	case rows < 6400:
		return 128
	case rows < 32000:
		return 256
	}
	return 512
}

package tabular

import (
	"math"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Both are of a size for a CPU; the published ones have 32 members and layers of
// 512 units.
var (
	tabMMini = &network{name: "TabM-mini", layers: tabMMiniLayers, training: tabMTraining, patience: tabMPatience}
	tabM     = &network{name: "TabM", layers: tabMLayers, training: tabMFullTraining, patience: tabMPatience}
)

const (
	tabMMembers  = 16
	tabMWidth    = 128
	tabMDropout  = 0.1
	tabMPatience = 16
)

func tabMMiniLayers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	layers, n, err := tabMInputs(d, seed)
	return append(layers,
		mlp.MemberLayers(tabMMembers,
			mlp.Dense(n, tabMWidth, mlp.ReLU, uniform(n)), mlp.Dropout(tabMWidth, tabMDropout),
			mlp.Dense(tabMWidth, tabMWidth, mlp.ReLU, uniform(tabMWidth)), mlp.Dropout(tabMWidth, tabMDropout)),
		mlp.MemberHeads(tabMMembers, tabMWidth, t.units),
		mlp.MemberMean(tabMMembers, t.units, t.act),
	), err
}

func tabMLayers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	layers, n, err := tabMInputs(d, seed)
	for range 2 {
		layers = append(layers,
			mlp.BatchEnsemble(tabMMembers, n, tabMWidth, mlp.ReLU),
			mlp.MemberLayers(tabMMembers, mlp.Dropout(tabMWidth, tabMDropout)))
		n = tabMWidth
	}
	return append(layers,
		mlp.MemberHeads(tabMMembers, tabMWidth, t.units),
		mlp.MemberMean(tabMMembers, t.units, t.act),
	), err
}

// tabMInputs returns the layers that make the inputs of the members from d, and
// how many each has.
func tabMInputs(d *dataset.Data, seed uint64) (layers []mlp.Layer, n int, err error) {
	const bins, units = 48, 16
	inputs, group := newInputs(d.Layout, func(n int) mlp.Layer { return mlp.NewPiecewiseLinear(n, bins, units) }, units)
	start := mlp.RandomSigns
	if hasNumbers(d.Layout) {
		start = mlp.Normal(0, 1)
	}
	n = len(group)
	return []mlp.Layer{inputs, mlp.MemberInputs(tabMMembers, n, start, group)}, n, mlp.Adapt([]mlp.Layer{inputs}, d.X, seed)
}

// uniform draws the weights of a dense layer from U(±1/√inputs).
func uniform(inputs int) mlp.DenseOption {
	bound := 1 / math.Sqrt(float64(inputs))
	return mlp.WithInitializer(mlp.Uniform(-bound, bound))
}

func tabMTraining(rows int, _ bool) mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize:   batchSize(rows),
		Optimizer:   mlp.Adam{LearningRate: 0.002},
		WeightDecay: 3e-4,
		ClipNorm:    1,
		Groups: []mlp.Group{
			{
				Has: func(layer int, p mlp.Param) bool {
					return strings.HasSuffix(p.Name, "bias") || layer == 0 && p.Name == "0.weight"
				},
				NoDecay: true,
			},
		},
	}
}

// tabMFullTraining leaves the first scales of the first BatchEnsemble at ones,
// which those of MemberInputs take the place of.
func tabMFullTraining(rows int, regression bool) mlp.FitOptions {
	opts := tabMTraining(rows, regression)
	first := mlp.Group{Has: func(layer int, p mlp.Param) bool { return layer == 2 && p.Name == "r" }, Fixed: true}
	opts.Groups = append([]mlp.Group{first}, opts.Groups...)
	return opts
}

// batchSize returns the size of the batches for this many rows.
func batchSize(rows int) int {
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

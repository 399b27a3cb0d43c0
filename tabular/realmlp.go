package tabular

import (
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// realMLP is RealMLP-TD without label smoothing, which makes probabilities too
// timid, and without limits to what a regression answers.
var realMLP = method{
	name:        "RealMLP",
	scaling:     dataset.SmoothClip,
	codesFrom:   9,
	signs:       true,
	smoothFlags: true,
	layers:      realMLPLayers,
	training:    realMLPTraining,
}

func realMLPLayers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	const waves, perNumber, embedded, width, dropout, adaptRows = 16, 4, 8, 256, 0.15, 10000
	hidden := mlp.SELU
	if d.Classes == nil {
		hidden = mlp.Mish
	}
	inputs, _ := newInputs(d.Layout, func(n int) mlp.Layer { return mlp.PBLD(n, waves, perNumber) }, embedded)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	for range 3 {
		layers = append(layers, mlp.NTKDense(n, width, mlp.Identity), mlp.ParametricActivation(width, hidden), mlp.Dropout(width, dropout))
		n = width
	}
	layers = append(layers, mlp.NTKDense(n, t.units, t.act))
	return layers, mlp.Adapt(layers, sample(d.X, adaptRows), seed)
}

func realMLPTraining(rows int, regression bool) mlp.FitOptions {
	const decay = 0.02
	rate := 0.04
	if regression {
		rate = 0.2
	}
	named := func(name string) func(int, mlp.Param) bool {
		return func(_ int, p mlp.Param) bool { return p.Name == name }
	}
	return mlp.FitOptions{
		BatchSize:       realMLPBatch(rows),
		DropLast:        true,
		Optimizer:       mlp.Adam{LearningRate: rate, Beta2: 0.95},
		Schedule:        mlp.CosineLog{},
		WeightDecay:     decay,
		DecaySchedule:   mlp.FlatCosine{},
		DropoutSchedule: mlp.FlatCosine{},
		Groups: []mlp.Group{ // a decay scales with the rate, here by the factor again
			{
				Has: func(layer int, p mlp.Param) bool { // of PBLD, and of the activations
					return layer == 0 && !strings.HasSuffix(p.Name, "table") || p.Name == "share"
				},
				Rate: 0.1, WeightDecay: 0.1 * decay,
			},
			{Has: named("scale"), Rate: 6, WeightDecay: 6 * decay},
			{Has: named("bias"), Rate: 0.1, NoDecay: true},
		},
		Callbacks: []mlp.Callback{&mlp.KeepBest{}},
	}
}

// realMLPBatch returns the size of the batches for this many rows.
func realMLPBatch(rows int) int {
	switch {
	case rows <= 1024:
		return 64
	case rows <= 8192:
		return 128
	case rows <= 30000:
		return 256
	case rows <= 100000:
		return 512
	}
	return 1024
}

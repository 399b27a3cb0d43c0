package tabular

import (
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Both are without label smoothing, which makes probabilities too timid, and
// without limits to what a regression answers.
var (
	realMLP       = &network{name: "RealMLP", layers: realMLPLayers, training: realMLPTraining}
	realMLPSimple = &network{name: "RealMLP-S", layers: realMLPSimpleLayers, training: realMLPSimpleTraining}
)

const (
	realMLPWidth    = 256
	realMLPEmbedded = 8 // numbers for each code
)

func realMLPLayers(d *dataset.Data, t task, seed uint64) ([]mlp.Layer, error) {
	const waves, perNumber, width, dropout, adaptRows = 16, 4, realMLPWidth, 0.15, 10000
	inputs, _ := newInputs(d.Layout, func(n int) mlp.Layer { return mlp.PBLD(n, waves, perNumber) }, realMLPEmbedded)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	for range 3 {
		layers = append(layers, mlp.NTKDense(n, width, mlp.Identity), mlp.ParametricActivation(width, realMLPHidden(d)), mlp.Dropout(width, dropout))
		n = width
	}
	layers = append(layers, mlp.NTKDense(n, t.units, t.act))
	return layers, mlp.Adapt(layers, sample(d.X, adaptRows), seed)
}

func realMLPHidden(d *dataset.Data) mlp.Activation {
	if d.Classes == nil {
		return mlp.Mish
	}
	return mlp.SELU
}

func realMLPTraining(rows int, regression bool) mlp.FitOptions {
	const decay = 0.02
	rate := 0.04
	if regression {
		rate = 0.2
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
	}
}

func realMLPSimpleLayers(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
	inputs, _ := newInputs(d.Layout, identity, realMLPEmbedded)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	for range 3 {
		layers = append(layers, mlp.NTKDense(n, realMLPWidth, realMLPHidden(d)))
		n = realMLPWidth
	}
	return append(layers, mlp.NTKDense(n, t.units, t.act, mlp.WithInitializer(mlp.Zeros))), nil
}

func realMLPSimpleTraining(rows int, regression bool) mlp.FitOptions {
	opts := realMLPTraining(rows, regression)
	if regression {
		opts.Optimizer = mlp.Adam{LearningRate: 0.07, Beta2: 0.95}
	}
	opts.WeightDecay, opts.DecaySchedule, opts.DropoutSchedule = 0, nil, nil
	opts.Groups = []mlp.Group{{Has: named("scale"), Rate: 6}, {Has: named("bias"), Rate: 0.1}}
	return opts
}

// named returns what reports whether a parameter of a layer, not of one inside,
// has the name.
func named(name string) func(layer int, p mlp.Param) bool {
	return func(_ int, p mlp.Param) bool { return p.Name == name }
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

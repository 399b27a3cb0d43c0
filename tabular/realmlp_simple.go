package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

func realMLPSimple(size Size) *network {
	width, steps := realMLPSize(size)
	return &network{name: "RealMLP-S", training: realMLPSimpleTraining, steps: steps, layers: func(d *dataset.Data, t task, _ uint64) ([]mlp.Layer, error) {
		return realMLPSimpleLayers(d, t, width)
	}}
}

func realMLPSimpleLayers(d *dataset.Data, t task, width int) ([]mlp.Layer, error) {
	const embedded = 8
	inputs, _ := newInputs(d.Layout, dataset.SmoothClip, identity, embedded)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	for range 3 {
		layers = append(layers, mlp.NTKDense(n, width, realMLPActivation(t)))
		n = width
	}
	return append(layers, mlp.NTKDense(n, t.units, t.act, mlp.WithInitializer(mlp.Zeros))), nil
}

func realMLPSimpleTraining(rows int, numbers bool) mlp.FitOptions {
	rate := 0.04
	if numbers {
		rate = 0.07
	}
	return mlp.FitOptions{
		BatchSize: realMLPBatch(rows),
		DropLast:  true,
		Optimizer: mlp.Adam{LearningRate: rate, Beta2: 0.95},
		Schedule:  mlp.CosineLog{},
		Groups:    []mlp.Group{{Has: named("scale"), Rate: 6}, {Has: named("bias"), Rate: 0.1}},
	}
}

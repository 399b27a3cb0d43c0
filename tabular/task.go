package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A task is what a network is to answer.
type task struct {
	loss    mlp.Loss
	act     mlp.Activation // of the last layer
	units   int            // of the last layer
	options []mlp.ModelOption
}

// taskOf returns the task of the targets that were prepared.
func taskOf(d *dataset.Data) (task, error) {
	_, units := d.Y.Dims()
	if d.Classes == nil {
		scale := mlp.NewNormalization(units)
		if err := scale.Adapt(d.Y); err != nil {
			return task{}, err
		}
		return task{mlp.MeanSquaredError, mlp.Identity, units, []mlp.ModelOption{mlp.WithTargetScaling(scale)}}, nil
	}
	if _, err := d.Labels(); err != nil || units == 1 { // several labels a row, or yes and no
		return task{mlp.BinaryCrossEntropy, mlp.Sigmoid, units, nil}, nil
	}
	return task{mlp.CategoricalCrossEntropy, mlp.Softmax, units, nil}, nil
}

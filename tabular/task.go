package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A task is what a network is to answer.
type task struct {
	numbers   bool // else probabilities
	exclusive bool // each row has one class, else any of several labels
	loss      mlp.Loss
	act       mlp.Activation // of the last layer
	units     int            // of the last layer
}

// newTask returns the task of the targets of d, whose labels are smoothed by this
// much.
func newTask(target dataset.Target, d *dataset.Data, smoothing float64) task {
	_, units := d.Y.Dims()
	t := task{exclusive: target.Exclusive(), units: units}
	switch {
	case d.Classes == nil:
		t.numbers = true
		t.loss, t.act = mlp.MeanSquaredError, mlp.Identity
	case t.exclusive && units > 1:
		t.loss, t.act = mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, smoothing), mlp.Softmax
	default:
		t.loss, t.act = mlp.LabelSmoothing(mlp.BinaryCrossEntropy, smoothing), mlp.Sigmoid
	}
	return t
}

package main

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A workload is a network, its data and how it is trained on them. The hidden
// layers use ReLU; the loss determines the activation of the last one.
type workload struct {
	id, name  string
	sizes     []int              // inputs, hidden units, outputs
	layers    func() []mlp.Layer // in the place of dense ones
	loss      mlp.Loss
	batch     int
	optimizer mlp.Optimizer
	decay     float64 // of the weights
	clip      float64 // the largest norm of the gradient
	epochs    int
	data      string // the prefix of the names of its files

	specified []target

	use
}

// A target is a figure that every program that computes in double precision has
// to reach, to the given number of significant digits.
type target struct {
	metric string
	value  float64
	digits int
}

// The metrics of targets.
const (
	finalLoss    = "final_train_loss"
	testAccuracy = "test_acc"
)

var workloads = []workload{
	{
		id: "W1", name: "seed", sizes: []int{4, 32, 3}, loss: mlp.CategoricalCrossEntropy,
		batch: 8, optimizer: mlp.SGD{LearningRate: 1e-4}, epochs: 1000, data: "iris",
		specified: []target{{finalLoss, 0.254451, 6}},
	},
	{
		id: "W2", name: "tabular", sizes: []int{30, 64, 32, 1}, loss: mlp.BinaryCrossEntropy,
		batch: 32, optimizer: mlp.Adam{LearningRate: 1e-3}, epochs: 200, data: "bc",
		specified: []target{{finalLoss, 4.232e-05, 4}},
	},
	{
		id: "W3", name: "fashion", sizes: []int{784, 128, 10}, loss: mlp.CategoricalCrossEntropy,
		batch: 32, optimizer: mlp.SGD{LearningRate: 0.1}, epochs: 5, data: fashion,
		specified: []target{{finalLoss, 0.335309, 6}, {testAccuracy, 0.8562, 4}},
	},
	{
		id: "W4", name: "wide", sizes: []int{784, 512, 512, 10}, loss: mlp.CategoricalCrossEntropy,
		batch: 128, optimizer: mlp.Adam{LearningRate: 1e-3}, epochs: 1, data: fashion,
		specified: []target{{finalLoss, 0.3794, 4}, {testAccuracy, 0.8463, 4}},
	},
	{
		id: "W5", name: "big", sizes: []int{1024, 2048, 2048, 1000}, loss: mlp.CategoricalCrossEntropy,
		batch: 256, optimizer: mlp.SGD{LearningRate: 1e-2}, epochs: 2, data: "syn",
		specified: []target{{finalLoss, 6.913, 4}},
	},
	{
		id: "W6", name: "regression", sizes: []int{10, 100, 1}, loss: mlp.MeanSquaredError,
		batch: 200, optimizer: mlp.Adam{LearningRate: 1e-3}, epochs: 1000, data: "diab",
		specified: []target{{finalLoss, 0.07304, 4}},
	},
	{
		id: "W7", name: "table", sizes: []int{numbers + len(names), 1}, layers: tabM, loss: mlp.BinaryCrossEntropy,
		batch: 256, optimizer: mlp.Adam{LearningRate: 2e-3}, decay: 3e-4, clip: 1, epochs: 3, data: "table",
		specified: []target{{finalLoss, 0.322348, 6}},
	},
}

// workloadOf returns the workload with the given id and the default use.
func workloadOf(id string) (*workload, error) {
	for _, w := range workloads {
		if w.id == id {
			return &w, nil
		}
	}
	return nil, fmt.Errorf("no workload %q", id)
}

// network returns the network with its initial weights.
func (w *workload) network() (mlp.Network, error) {
	layers := w.dense
	if w.layers != nil {
		layers = w.layers
	}
	net, err := mlp.Model(layers(), w.loss, mlp.WithPrecision(w.precision))
	if err != nil {
		return nil, err
	}
	for i, p := range w.given(net) {
		if err := readFloats(w.weightFile(i), p.RawMatrix().Data); err != nil {
			return nil, err
		}
	}
	return net, nil
}

// dense returns dense layers of the sizes.
func (w *workload) dense() []mlp.Layer {
	layers := make([]mlp.Layer, len(w.sizes)-1)
	for i := range layers {
		act := mlp.ReLU
		if i == len(layers)-1 {
			act = w.output()
		}
		layers[i] = mlp.Dense(w.sizes[i], w.sizes[i+1], act)
	}
	return layers
}

// given returns the parameters of net whose initial values are in files: all,
// or those of dense layers but the biases, which start at zero.
func (w *workload) given(net mlp.Network) []*mat.Dense {
	var all []*mat.Dense
	for _, l := range net.Layers() {
		params := l.Params()
		if w.layers == nil {
			params = params[:1]
		}
		for _, p := range params {
			all = append(all, p.Value)
		}
	}
	return all
}

// output returns the activation of the last layer.
func (w *workload) output() mlp.Activation {
	switch w.loss.Task() {
	case mlp.Binary:
		return mlp.Sigmoid
	case mlp.Multiclass:
		return mlp.Softmax
	}
	return mlp.Identity
}

// weightFile returns the name of a file with initial weights, in the order of
// given.
func (w *workload) weightFile(i int) string { return fmt.Sprintf("%s_W%d.f64", w.id, i) }

// weights returns the number of weights of dense layers.
func (w *workload) weights() int {
	n := 0
	for i, inputs := range w.sizes[:len(w.sizes)-1] {
		n += inputs * w.sizes[i+1]
	}
	return n
}

// steps returns the number of steps in an epoch over this many rows.
func (w *workload) steps(rows int) int { return (rows-1)/w.batch + 1 }

// fit trains net as the workload specifies, for this many epochs.
func (w *workload) fit(net mlp.Network, x, y mat.Matrix, epochs int) error {
	_, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:      epochs,
		BatchSize:   w.batch,
		Optimizer:   w.optimizer,
		WeightDecay: w.decay,
		ClipNorm:    w.clip,
		KeepOrder:   true,
	})
	return err
}

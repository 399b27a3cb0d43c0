package mlp_test

import (
	"testing"

	"example.com/mlp"
)

// A loss that fuses with an activation in a separate layer gives the same bits
// as with Dense.
func TestActivationLayerFuses(t *testing.T) {
	x, classes, _, _ := samples(50)
	var runs [2][]float64
	for i, layers := range [][]mlp.Layer{
		{mlp.Dense(4, 6, mlp.Tanh), mlp.Dense(6, 3, mlp.Softmax)},
		{mlp.Dense(4, 6, mlp.Identity), mlp.ActivationLayer(6, mlp.Tanh), mlp.Dense(6, 3, mlp.Identity), mlp.ActivationLayer(3, mlp.Softmax)},
	} {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(4)}, layers...)
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 3})
		runs[i] = weights(net)
	}
	if !sameBits(runs[0], runs[1]) {
		t.Error("an activation in a layer of its own trains to other weights")
	}
}

package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Frozen layers meet the requirements of a layer, and compute what Infer of the
// layer computes.
func TestFrozenLayers(t *testing.T) {
	x := mat.NewDense(4, 6, nil)
	x.Apply(func(i, j int, v float64) float64 { return float64((i+1)*(j-3)%7) / 3 }, x)
	for name, l := range map[string]mlp.Layer{
		"dropout":        mlp.Dropout(6, 0.5),
		"gaussian noise": mlp.GaussianNoise(6, 0.1),
		"batch norm":     varied(mlp.BatchNorm(6)),
		"ensemble":       ensemble(t, model(t, mlp.MeanSquaredError, nil, varied(mlp.BatchNorm(6))), model(t, mlp.MeanSquaredError, nil, varied(mlp.BatchNorm(6)), mlp.Dropout(6, 0.5))).Layers()[0],
		"residual":       varied(mlp.Residual(mlp.BatchNorm(6), mlp.Dropout(6, 0.5), mlp.Dense(6, 6, mlp.Tanh))),
	} {
		t.Run(name, func(t *testing.T) {
			freeze := l.(mlp.Freezer).Frozen
			nearMatrix(t, "Infer", infer(freeze(), x), infer(l, x), 1e-14)
			if name != "residual" { // its dense layer is shared, and drawn but once
				mlptest.CheckLayer(t, freeze)
			}
		})
	}
}

// Layers that compute the same thing in training need not be frozen.
func TestOnlyTrainingLayersAreFreezers(t *testing.T) {
	for _, l := range []mlp.Layer{mlp.Dense(3, 3, mlp.Tanh), mlp.Dense(3, 3, mlp.Softmax), mlp.LayerNorm(3), mlp.ActivationLayer(3, mlp.Tanh)} {
		if _, ok := l.(mlp.Freezer); ok {
			t.Errorf("%T is a Freezer", l)
		}
	}
}

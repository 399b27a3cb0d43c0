package mlp_test

import (
	"testing"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestStack(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Stack(mlp.Dense(3, 4, mlp.Tanh), mlp.LayerNorm(4)) })
	mlptest.CheckTrainingLayer(t, func() mlp.Layer { return mlp.Stack(mlp.BatchNorm(3), mlp.Dense(3, 2, mlp.Tanh)) })
	for want, l := range map[string]mlp.Layer{
		"mlp: Model: layer 0: no layers":                             mlp.Stack(),
		"mlp: Model: layer 0: layer 1 has 4 inputs, layer 0 gives 3": mlp.Stack(mlp.Dense(2, 3, mlp.Tanh), mlp.Dense(4, 1, mlp.Tanh)),
	} {
		if err := modelError(l); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

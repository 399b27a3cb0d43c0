package mlp_test

import (
	"math"
	"testing"

	"example.com/mlp"
)

func TestDivergedErrorSaysWhere(t *testing.T) {
	for _, c := range []struct {
		err  mlp.DivergedError
		want string
	}{
		{mlp.DivergedError{Epoch: 3, Step: 7, Layer: 1, Loss: math.Inf(1)}, "mlp: Fit: diverged in epoch 3, step 7, first in layer 1 (loss +Inf): try a smaller learning rate or scaled data"},
		{mlp.DivergedError{Epoch: 1, Step: 1, Layer: -1, Loss: math.NaN()}, "mlp: Fit: diverged in epoch 1, step 1, in the loss alone (loss NaN): try a smaller learning rate or scaled data"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

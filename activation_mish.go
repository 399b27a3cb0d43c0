package mlp

import "example.com/mlp/internal/kernel"

// mish has f(z) = z·tanh(log(1 + exp(z))).
type mish struct{}

func (mish) Name() string { return "mish" }

func (mish) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.Mish(y, z)
}

func (mish) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.MishGrad(dz, dy, z)
}

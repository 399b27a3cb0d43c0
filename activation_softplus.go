package mlp

import "example.com/mlp/internal/kernel"

type softplus struct{}

func (softplus) Name() string { return "softplus" }

func (softplus) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.Softplus(y, z)
}

func (softplus) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.SoftplusGrad(dz, dy, z)
}

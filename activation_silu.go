package mlp

import "example.com/mlp/internal/kernel"

// silu has f(z) = z·σ(z).
type silu struct{}

func (silu) Name() string { return "silu" }

func (silu) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.SiLU(y, z)
}

func (silu) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.SiLUGrad(dz, dy, z)
}

package mlp

import "example.com/mlp/internal/kernel"

type gelu struct{}

func (gelu) Name() string { return "gelu" }

func (gelu) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.GELU(y, z)
}

func (gelu) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.GELUGrad(dz, dy, z)
}

type geluTanh struct{}

func (geluTanh) Name() string { return "gelu_tanh" }

func (geluTanh) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.GELUTanh(y, z)
}

func (geluTanh) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.GELUTanhGrad(dz, dy, z)
}

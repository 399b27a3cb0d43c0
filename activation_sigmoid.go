package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

type sigmoid struct{}

func (sigmoid) Name() string { return "sigmoid" }

func (sigmoid) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.Sigmoid(y, z)
}

// Backprop uses σ'(z) = σ(z)·σ(−z). The usual y(1−y) is the same function but
// loses all its digits where y is close to one.
func (sigmoid) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.SigmoidGrad(dz, dy, z)
}

type tanh struct{}

func (tanh) Name() string { return "tanh" }

func (tanh) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.Tanh(y, z)
}

// Backprop uses tanh'(z) = sech²(z), which does not lose digits where 1 − y²
// does.
func (tanh) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.TanhGrad(dz, dy, z)
}

type softsign struct{}

func (softsign) Name() string { return "softsign" }

func (softsign) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		v = min(max(v, -math.MaxFloat64), math.MaxFloat64) // ∞/∞ would be NaN
		y[i] = v / (1 + math.Abs(v))
	}
}

// Backprop uses f'(z) = 1/(1 + |z|)².
func (softsign) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range z {
		d := 1 / (1 + math.Abs(v))
		dz[i] = dy[i] * (d * d)
	}
}

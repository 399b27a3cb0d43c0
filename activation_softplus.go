package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

type softplus struct{}

func (softplus) Name() string { return "softplus" }

// Apply uses f(z) = max(z, 0) + log(1 + exp(−|z|)), which does not overflow.
func (softplus) Apply(y, z []float64) {
	checkApply(y, z)
	var buf [blockLen]float64
	for len(z) > 0 {
		e := buf[:min(blockLen, len(z))]
		expMinusAbs(e, z[:len(e)])
		for i, e := range e {
			y[i] = max(z[i], 0) + kernel.Log1p(e)
		}
		y, z = y[len(e):], z[len(e):]
	}
}

// expMinusAbs stores exp(−|z|) in e.
func expMinusAbs(e, z []float64) {
	for i, v := range z {
		e[i] = -math.Abs(v)
	}
	kernel.Exp(e, e)
}

// Backprop uses f' = σ.
func (softplus) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	var buf [blockLen]float64
	for len(z) > 0 {
		s := buf[:min(blockLen, len(z))]
		kernel.Sigmoid(s, z[:len(s)])
		for i, s := range s {
			dz[i] = dy[i] * s
		}
		dz, dy, z = dz[len(s):], dy[len(s):], z[len(s):]
	}
}

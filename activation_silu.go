package mlp

import "example.com/mlp/internal/kernel"

type silu struct{}

func (silu) Name() string { return "silu" }

func (silu) Apply(y, z []float64) {
	checkApply(y, z)
	var buf [blockLen]float64
	for len(z) > 0 {
		s := buf[:min(blockLen, len(z))]
		kernel.Sigmoid(s, z[:len(s)])
		for i, s := range s {
			y[i] = boundedBelow(z[i]) * s
		}
		y, z = y[len(s):], z[len(s):]
	}
}

// Backprop uses f'(z) = σ(z)·(1 + z·(1 − σ(z))).
func (silu) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	var buf [blockLen]float64
	for len(z) > 0 {
		s := buf[:min(blockLen, len(z))]
		kernel.Sigmoid(s, z[:len(s)])
		for i, s := range s {
			dz[i] = dy[i] * (s * (1 + float64(bounded(z[i])*(1-s))))
		}
		dz, dy, z = dz[len(s):], dy[len(s):], z[len(s):]
	}
}

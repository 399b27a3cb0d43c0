package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

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

// geluTanh has f(z) = z·σ(2u), u = √(2/π)·(z + 0.044715·z³), which equals the
// usual form because (1 + tanh(u))/2 = σ(2u), and does not lose digits for
// negative z.
type geluTanh struct{}

const (
	geluScale = 2 * math.Sqrt2 / math.SqrtPi // 2·√(2/π)
	geluCubic = 0.044715
)

func (geluTanh) Name() string { return "gelu_tanh" }

func (a geluTanh) Apply(y, z []float64) {
	checkApply(y, z)
	var buf [blockLen]float64
	for len(z) > 0 {
		s := buf[:min(blockLen, len(z))]
		a.gate(s, z)
		for i, s := range s {
			y[i] = boundedBelow(z[i]) * s
		}
		y, z = y[len(s):], z[len(s):]
	}
}

// Backprop uses f'(z) = σ(2u)·(1 + z·(1 − σ(2u))·2u').
func (a geluTanh) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	var buf [blockLen]float64
	for len(z) > 0 {
		s := buf[:min(blockLen, len(z))]
		a.gate(s, z)
		for i, s := range s {
			v := bounded(z[i])
			slope := geluScale * (1 + float64(3*geluCubic*float64(v*v)))
			dz[i] = dy[i] * (s * (1 + float64(v*slope*(1-s))))
		}
		dz, dy, z = dz[len(s):], dy[len(s):], z[len(s):]
	}
}

// gate stores σ(2u) of the first entries of z in s.
func (geluTanh) gate(s, z []float64) {
	for i := range s {
		v := bounded(z[i])
		s[i] = geluScale * (v + float64(geluCubic*v*v*v))
	}
	kernel.Sigmoid(s, s)
}

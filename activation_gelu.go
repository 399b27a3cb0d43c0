package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

type gelu struct{}

func (gelu) Name() string { return "gelu" }

func (gelu) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = boundedBelow(v) * normalCDF(v)
	}
}

// Backprop uses f'(z) = Φ(z) + z·φ(z) with the density φ = Φ'.
func (gelu) Backprop(dz, dy, z, y []float64) {
	const invSqrt2Pi = 1 / (math.Sqrt2 * math.SqrtPi)
	var buf [blockLen]float64
	for len(z) > 0 {
		e := buf[:min(blockLen, len(z))]
		for i := range e {
			e[i] = -z[i] * z[i] / 2
		}
		kernel.Exp(e, e)
		for i, e := range e {
			dz[i] = dy[i] * (normalCDF(z[i]) + float64(bounded(z[i])*(e*invSqrt2Pi)))
		}
		dz, dy, z = dz[len(e):], dy[len(e):], z[len(e):]
	}
}

// normalCDF returns Φ(z) = erfc(−z/√2)/2, precise for negative z too, where
// (1 + erf(z/√2))/2 is not.
func normalCDF(z float64) float64 { return kernel.Erfc(-z/math.Sqrt2) / 2 }

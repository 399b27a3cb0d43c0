package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

// mish has f(z) = z·g(z). With e = exp(z) the gate g is a fraction,
//
//	g = tanh(log(1 + e)) = (e² + 2e)/(e² + 2e + 2)
//
// in which nothing cancels.
type mish struct{}

func (mish) Name() string { return "mish" }

func (mish) Apply(y, z []float64) {
	checkApply(y, z)
	var buf [blockLen]float64
	for len(z) > 0 {
		e := buf[:min(blockLen, len(z))]
		expMinusAbs(e, z[:len(e)])
		for i, e := range e {
			num, den := mishGate(z[i], e)
			y[i] = boundedBelow(z[i]) * (num / den)
		}
		y, z = y[len(e):], z[len(e):]
	}
}

// Backprop uses f' = g + z·g', where g' = 4e(e + 1)/(e² + 2e + 2)².
func (mish) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	var buf [blockLen]float64
	for len(z) > 0 {
		e := buf[:min(blockLen, len(z))]
		expMinusAbs(e, z[:len(e)])
		for i, e := range e {
			num, den := mishGate(z[i], e)
			slope := 4 * e * (1 + e)
			if z[i] > 0 {
				slope *= e
			}
			dz[i] = dy[i] * ((num + float64(bounded(z[i])*(slope/den))) / den)
		}
		dz, dy, z = dz[len(e):], dy[len(e):], z[len(e):]
	}
}

// mishGate returns the numerator and denominator of g(z), given e = exp(−|z|).
// For z > 0 both are divided by exp(2z), which would overflow.
func mishGate(z, e float64) (num, den float64) {
	if z > 0 {
		num = 1 + 2*e // 2·e is exact
		return num, num + float64(2*e*e)
	}
	num = float64(e * (e + 2))
	return num, num + 2
}

// expMinusAbs stores exp(−|z|) in e.
func expMinusAbs(e, z []float64) {
	for i, v := range z {
		e[i] = -math.Abs(v)
	}
	kernel.Exp(e, e)
}

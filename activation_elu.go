package mlp

import "example.com/mlp/internal/kernel"

// defaultAlpha is the α of ELU and CELU.
const defaultAlpha = 1

// NewELU returns the activation f(z) = z for z > 0 and α·(exp(z) − 1)
// otherwise; f'(0) = α, as in PyTorch. α must be finite and positive; otherwise
// Model returns an error.
func NewELU(alpha float64) Activation { return elu{expUnit{1, alpha, 1}, "elu", alpha} }

// NewCELU returns the activation f(z) = z for z > 0 and α·(exp(z/α) − 1)
// otherwise. α must be finite and positive; otherwise Model returns an error.
func NewCELU(alpha float64) Activation { return elu{expUnit{1, alpha, alpha}, "celu", alpha} }

// elu is an ELU or a CELU.
type elu struct {
	expUnit
	name  string
	alpha float64
}

func (a elu) Name() string    { return nameWith(a.name, a.alpha, defaultAlpha) }
func (a elu) Validate() error { return checkPositive(a.name+": alpha", a.alpha) }

func newSELU() Activation {
	const (
		lambda = 1.0507009873554804934193349852946
		alpha  = 1.6732632423543772848170429916717
	)
	return selu{expUnit{lambda, lambda * alpha, 1}}
}

type selu struct{ expUnit }

func (selu) Name() string { return "selu" }

// expUnit is what ELU, CELU and SELU have in common:
//
//	f(z) = slope·z                      for z > 0
//	f(z) = depth·(exp(z/width) − 1)     otherwise
type expUnit struct{ slope, depth, width float64 }

// Apply uses exp(x) − 1 = 2t/(1 − t), t = tanh(x/2), which does not lose digits
// where exp(x) is close to one.
func (u expUnit) Apply(y, z []float64) {
	checkApply(y, z)
	var buf [blockLen]float64
	for len(z) > 0 {
		t := buf[:min(blockLen, len(z))]
		for i := range t {
			t[i] = min(z[i], 0) / u.width / 2
		}
		kernel.Tanh(t, t)
		for i, t := range t {
			if z[i] > 0 {
				y[i] = u.slope * z[i]
			} else {
				y[i] = u.depth * (2 * t / (1 - t))
			}
		}
		y, z = y[len(t):], z[len(t):]
	}
}

func (u expUnit) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	var buf [blockLen]float64
	steepness := u.depth / u.width
	for len(z) > 0 {
		e := buf[:min(blockLen, len(z))]
		for i := range e {
			e[i] = min(z[i], 0) / u.width
		}
		kernel.Exp(e, e)
		for i, e := range e {
			if z[i] > 0 {
				dz[i] = dy[i] * u.slope
			} else {
				dz[i] = dy[i] * (steepness * e)
			}
		}
		dz, dy, z = dz[len(e):], dy[len(e):], z[len(e):]
	}
}

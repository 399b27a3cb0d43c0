package mlp

import "example.com/mlp/internal/kernel"

// defaultAlpha is the α of ELU and CELU.
const defaultAlpha = 1

// NewELU returns the activation f(z) = z for z > 0 and α·(exp(z) − 1)
// otherwise; f'(0) = α, as in PyTorch. α must be finite and positive; otherwise
// Model returns an error.
func NewELU(alpha float64) Activation { return elu{alpha} }

// NewCELU returns the activation f(z) = z for z > 0 and α·(exp(z/α) − 1)
// otherwise. α must be finite and positive; otherwise Model returns an error.
func NewCELU(alpha float64) Activation { return celu{alpha} }

type elu struct{ alpha float64 }

func (a elu) Name() string                    { return nameWith("elu", a.alpha, defaultAlpha) }
func (a elu) Validate() error                 { return checkPositive("elu: alpha", a.alpha) }
func (a elu) Apply(y, z []float64)            { a.unit().apply(y, z) }
func (a elu) Backprop(dz, dy, z, y []float64) { a.unit().backprop(dz, dy, z, y) }
func (a elu) unit() expUnit                   { return expUnit{slope: 1, depth: a.alpha, width: 1} }

type celu struct{ alpha float64 }

func (a celu) Name() string                    { return nameWith("celu", a.alpha, defaultAlpha) }
func (a celu) Validate() error                 { return checkPositive("celu: alpha", a.alpha) }
func (a celu) Apply(y, z []float64)            { a.unit().apply(y, z) }
func (a celu) Backprop(dz, dy, z, y []float64) { a.unit().backprop(dz, dy, z, y) }
func (a celu) unit() expUnit                   { return expUnit{slope: 1, depth: a.alpha, width: a.alpha} }

type selu struct{}

func (selu) Name() string                      { return "selu" }
func (a selu) Apply(y, z []float64)            { a.unit().apply(y, z) }
func (a selu) Backprop(dz, dy, z, y []float64) { a.unit().backprop(dz, dy, z, y) }

func (selu) unit() expUnit {
	const (
		lambda = 1.0507009873554804934193349852946
		alpha  = 1.6732632423543772848170429916717
	)
	return expUnit{slope: lambda, depth: lambda * alpha, width: 1}
}

// expUnit is what ELU, CELU and SELU have in common:
//
//	f(z) = slope·z                      for z > 0
//	f(z) = depth·(exp(z/width) − 1)     otherwise
type expUnit struct{ slope, depth, width float64 }

// apply uses exp(x) − 1 = 2t/(1 − t), t = tanh(x/2), which does not lose digits
// where exp(x) is close to one.
func (u expUnit) apply(y, z []float64) {
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

func (u expUnit) backprop(dz, dy, z, y []float64) {
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

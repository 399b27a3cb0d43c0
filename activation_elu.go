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

func (u expUnit) Apply(y, z []float64) {
	checkApply(y, z)
	kernel.ELU(y, z, u.slope, u.depth, u.width)
}

func (u expUnit) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	kernel.ELUGrad(dz, dy, z, u.slope, u.depth, u.width)
}

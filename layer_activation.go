package mlp

import (
	"errors"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// ActivationLayer returns the activation y = act(x) as a separate layer, to
// follow a layer without one, such as BatchNorm. It is a LogitLayer whose
// logits are x, so a loss fuses with it as with Dense.
//
// Model returns an error for invalid arguments.
func ActivationLayer(units int, act Activation) Layer {
	err := checkUnits(units)
	switch {
	case err != nil:
	case matrix.IsNil(act):
		err = errors.New("nil activation")
	default:
		err = validate(act)
	}
	return &activationLayer{sameWidth{units, err}, act}
}

type activationLayer struct {
	sameWidth
	act Activation
}

func (l *activationLayer) Activation() Activation { return l.act }

func (l *activationLayer) Describe() LayerDescription {
	d := l.describe("activation")
	d.Activation = l.act
	return d
}

func (l *activationLayer) Infer(dst, x *mat.Dense) {
	l.InferLogits(dst, x)
	applyActivation(l.act, dst)
}

func (l *activationLayer) InferLogits(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	dst.Copy(x)
}

func (l *activationLayer) NewPass(rows int, rng *rand.Rand) Pass {
	inputs, units := l.Dims()
	p := &activationPass{batchShape: newBatchShape(inputs, units, rows), act: l.act}
	p.y.resize(rows, units)
	return p
}

type activationPass struct {
	batchShape
	act   Activation
	z     buffer // a contiguous copy of x
	y, dx buffer
}

func (p *activationPass) Grads() []*mat.Dense { return nil }

func (p *activationPass) Forward(x *mat.Dense) *mat.Dense {
	z := p.ForwardLogits(x)
	y := p.y.copyOf(z)
	applyActivation(p.act, y)
	return y
}

// ForwardLogits returns x.
func (p *activationPass) ForwardLogits(x *mat.Dense) (z *mat.Dense) {
	p.checkForward(x)
	return p.z.copyOf(x)
}

// Backward returns Jᵀ·dy, row by row, if needDX.
func (p *activationPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	dx := p.BackwardLogits(dy, needDX)
	if dx == nil {
		return nil
	}
	if _, ok := p.act.(RowActivation); ok {
		backpropRows(p.act, dx, &p.z.view, &p.y.view)
		return dx
	}
	d := dx.RawMatrix().Data
	p.act.Backprop(d, d, p.z.view.RawMatrix().Data, p.y.view.RawMatrix().Data)
	return dx
}

// BackwardLogits returns dz if needDX.
func (p *activationPass) BackwardLogits(dz *mat.Dense, needDX bool) (dx *mat.Dense) {
	p.checkBackward(dz)
	if !needDX {
		return nil
	}
	return p.dx.copyOf(dz)
}

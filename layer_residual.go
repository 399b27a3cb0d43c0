package mlp

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Residual returns a layer that adds the output of a stack of layers f, first
// layer first, to its input,
//
//	y = x + f(x)
//
// (He et al., Deep Residual Learning for Image Recognition, 2016). The stack
// must have as many outputs as inputs.
//
// The parameters are those of the layers, with their names prefixed by the
// position of the layer: "0.weight". Model returns an error if the arguments or
// one of the layers are invalid.
func Residual(layers ...Layer) Layer { return &residual{newStack(layers)} }

type residual struct{ *stack }

// Validate returns the error in the arguments or in one of the layers, if any.
func (l *residual) Validate() error {
	if err := l.stack.Validate(); err != nil {
		return fmt.Errorf("residual block: %w", err)
	}
	if l.inputs != l.units {
		return fmt.Errorf("residual block takes %d columns and gives %d, want the same", l.inputs, l.units)
	}
	return nil
}

func (l *residual) Describe() LayerDescription { return l.describe("residual") }

func (l *residual) Infer(dst, x *mat.Dense) {
	checkInfer(l.units, l.units, dst, x)
	l.stack.Infer(dst, x)
	addRows(dst, x)
}

func (l *residual) NewPass(rows int, rng *rand.Rand) Pass {
	p := &residualPass{batchShape: newBatchShape(l.units, l.units, rows), stackPass: l.newPass(rows, rng)}
	p.y.resize(rows, l.units)
	return p
}

type residualPass struct {
	batchShape
	*stackPass
	y, dx buffer
}

func (p *residualPass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	y := p.y.resize(x.Dims())
	y.Copy(p.stackPass.Forward(x))
	addRows(y, x)
	return y
}

// Backward returns dy + Jᵀ·dy if needDX, where J is the Jacobian of f.
func (p *residualPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if !needDX {
		return p.stackPass.Backward(dy, false)
	}
	dx := p.dx.copyOf(dy) // before the layers overwrite it
	addRows(dx, p.stackPass.Backward(dy, true))
	return dx
}

func (l *residual) Frozen() Layer { return Residual(frozen(l.layers)...) }

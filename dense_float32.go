package mlp

import (
	"example.com/mlp/internal/kernel"
)

// densePass32 is the pass of a dense layer in single precision.
type densePass32 struct {
	inputs, units int
	team          *kernel.Team
	weight, bias  *single // bias is nil without one
	act           activation32
	x             matrix32 // borrowed from forward to backward
	z, dx         buffer32
	outer         outerReLU[float32]
	dz            buffer32 // for outer
}

func newDensePass32(d *dense, rows int, env *passEnv) *densePass32 {
	p := &densePass32{
		inputs: d.inputs,
		units:  d.units,
		team:   env.team,
		weight: newSingle(d.inputs * d.units),
		act:    newActivation32(d.act),
	}
	if d.bias != nil {
		p.bias = newSingle(d.units)
	}
	p.z.resize(rows, d.units)
	return p
}

func (p *densePass32) forward32(x matrix32) matrix32 {
	z := p.forwardLogits32(x)
	p.act.apply(p.team, z, z)
	return z
}

func (p *densePass32) backward32(dy matrix32, needDX bool) matrix32 {
	p.act.backprop(p.team, dy)
	return p.backwardLogits32(dy, needDX)
}

func (p *densePass32) forwardLogits32(x matrix32) matrix32 {
	p.x = x
	z := p.z.resize(x.Rows, p.units)
	p.team.MulBias32(kernel.NN, z, x, p.weights(), p.biasRow())
	return z
}

// backwardLogits32 computes what densePass.BackwardLogits does.
func (p *densePass32) backwardLogits32(dz matrix32, needDX bool) matrix32 {
	p.team.Mul32(kernel.TN, newMatrix32(p.inputs, p.units, p.weight.grad), p.x, dz)
	if p.bias != nil {
		p.team.ColSums32(p.bias.grad, dz)
	}
	if !needDX {
		return matrix32{}
	}
	dx := p.dx.resize(dz.Rows, p.inputs)
	p.team.Mul32(kernel.NT, dx, dz, p.weights())
	return dx
}

func (p *densePass32) weights() matrix32 { return newMatrix32(p.inputs, p.units, p.weight.value) }

func (p *densePass32) biasRow() []float32 {
	if p.bias == nil {
		return nil
	}
	return p.bias.value
}

func (p *densePass32) gradients() []gradient {
	if p.bias == nil {
		return []gradient{{single: p.weight}}
	}
	return []gradient{{single: p.weight}, {single: p.bias}}
}

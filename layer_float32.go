package mlp

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A pass32 is a Pass in single precision. Its results are valid, and its
// arguments borrowed, as those of a Pass.
type pass32 interface {
	forward32(x matrix32) (y matrix32)
	backward32(dy matrix32, needDX bool) (dx matrix32)

	// gradients returns where backward32 leaves the gradients of the
	// parameters, in the order of Layer.Params.
	gradients() []gradient
}

// A logitPass32 is a LogitPass in single precision.
type logitPass32 interface {
	pass32
	forwardLogits32(x matrix32) (z matrix32)
	backwardLogits32(dz matrix32, needDX bool) (dx matrix32)
}

// A gradient is that of a parameter in a pass: a matrix in double precision, or
// single. State has neither.
type gradient struct {
	wide   *mat.Dense
	single *single
}

// single is a trained parameter in single precision: the value that a pass
// computes with, rounded from that of the layer, and the gradient.
type single struct{ value, grad []float32 }

func newSingle(n int) *single { return &single{make([]float32, n), make([]float32, n)} }

// newPass32 returns a pass of a layer; errors refer to the layer by name.
func newPass32(name string, l Layer, rows int, rng *rand.Rand, env *passEnv) logitPass32 {
	switch l := l.(type) {
	case *DefaultDense:
		return newDensePass32(&l.dense, rows, env)
	case *SoftmaxDense:
		return newDensePass32(&l.dense, rows, env)
	case *ntkDense:
		return newNTKPass32(l, rows, env)
	case *activationLayer:
		return &activationPass32{team: env.team, act: newActivation32(l.act)}
	case *dropout:
		return plain{newDropoutPass32(l, rows, rng, env)}
	case *residual:
		return plain{&residualPass32{f: newStackPass32(l.layers, rows, rng, env)}}
	case *stack:
		return plain{newStackPass32(l.layers, rows, rng, env)}
	case *memberLayers:
		return plain{&memberPass32{newStackPass32(l.layers, rows*l.members, rng, env), l.members}}
	case *batchEnsemble:
		return plain{newBatchEnsemblePass32(l, rows, env)}
	case *memberInputs:
		return plain{newMemberScalePass32(l.memberScale, rows)}
	case *memberHeads:
		return plain{newMemberHeadsPass32(l, rows, env)}
	case *columns:
		return plain{newColumnsPass32(l, rows, rng, env)}
	case *PiecewiseLinear:
		return plain{newPiecewisePass32(l, rows, env)}
	case *embedding:
		return plain{newEmbeddingPass32(l, rows)}
	case *periodic:
		return plain{newPeriodicPass32(l, rows, env)}
	case *scale:
		return plain{newMemberScalePass32(l.ofOneMember(), rows)}
	case *parametric:
		return plain{newParametricPass32(l, rows, env)}
	case *batchNorm:
		return plain{newBatchNormPass32(l, rows, env)}
	case *layerNorm:
		return plain{newLayerNormPass32(l, rows)}
	case *Normalization:
		return plain{newNormalizationPass32(l, rows)}
	case *memberMean:
		return &memberMeanPass32{&widenedPass{Pass: l.NewPass(rows, rng)}}
	}
	p := passOf(name, l, rows, rng)
	if p, ok := p.(envUser); ok {
		p.useEnv(env)
	}
	return &widenedPass{Pass: p}
}

// plain is a pass32 of a layer without logits.
type plain struct{ pass32 }

func (p plain) forwardLogits32(x matrix32) matrix32 { return p.forward32(x) }

func (p plain) backwardLogits32(dz matrix32, needDX bool) matrix32 { return p.backward32(dz, needDX) }

// widenedPass is the pass32 of a layer that computes in double precision.
type widenedPass struct {
	Pass
	x, dy buffer
	y, dx buffer32
}

func (p *widenedPass) forward32(x matrix32) matrix32 { return p.run(p.Pass.Forward, x) }

func (p *widenedPass) forwardLogits32(x matrix32) matrix32 {
	return p.run(p.Pass.(LogitPass).ForwardLogits, x)
}

func (p *widenedPass) run(forward func(*mat.Dense) *mat.Dense, x matrix32) matrix32 {
	wide := p.x.resize(x.Rows, x.Cols)
	widenRows(wide, x)
	y := forward(wide)
	dst := p.y.resize(y.Dims())
	narrowRows(dst, y) // what is not finite shows in the loss
	return dst
}

func (p *widenedPass) backward32(dy matrix32, needDX bool) matrix32 {
	return p.runBack(p.Pass.Backward, dy, needDX)
}

func (p *widenedPass) backwardLogits32(dz matrix32, needDX bool) matrix32 {
	return p.runBack(p.Pass.(LogitPass).BackwardLogits, dz, needDX)
}

func (p *widenedPass) runBack(backward func(*mat.Dense, bool) *mat.Dense, dy matrix32, needDX bool) matrix32 {
	wide := p.dy.resize(dy.Rows, dy.Cols)
	widenRows(wide, dy)
	dx := backward(wide, needDX)
	if !needDX {
		return matrix32{}
	}
	dst := p.dx.resize(dx.Dims())
	narrowRows(dst, dx)
	return dst
}

func (p *widenedPass) gradients() []gradient { return wideGradients(p.Pass) }

// wideGradients returns the gradients of a pass in double precision.
func wideGradients(p Pass) []gradient {
	var all []gradient
	for _, g := range p.Grads() {
		all = append(all, gradient{wide: g})
	}
	return all
}

// stackPass32 is the pass of layers one after another.
type stackPass32 struct{ passes []pass32 }

func newStackPass32(layers []Layer, rows int, rng *rand.Rand, env *passEnv) *stackPass32 {
	p := &stackPass32{}
	for i, l := range layers {
		p.passes = append(p.passes, newPass32(fmt.Sprintf("layer %d inside", i), l, rows, rng, env))
	}
	return p
}

func (p *stackPass32) forward32(x matrix32) matrix32 {
	for _, inner := range p.passes {
		x = inner.forward32(x)
	}
	return x
}

func (p *stackPass32) backward32(dy matrix32, needDX bool) matrix32 {
	for i, inner := range slices.Backward(p.passes) {
		dy = inner.backward32(dy, needDX || i > 0)
	}
	return dy
}

func (p *stackPass32) gradients() []gradient {
	var all []gradient
	for _, inner := range p.passes {
		all = append(all, inner.gradients()...)
	}
	return all
}

// residualPass32 is the pass of y = x + f(x).
type residualPass32 struct {
	f     *stackPass32
	y, dx buffer32
}

func (p *residualPass32) forward32(x matrix32) matrix32 {
	y := p.y.resize(x.Rows, x.Cols)
	add32(y.Data, x.Data, p.f.forward32(x).Data)
	return y
}

func (p *residualPass32) backward32(dy matrix32, needDX bool) matrix32 {
	if !needDX {
		return p.f.backward32(dy, false)
	}
	dx := p.dx.resize(dy.Rows, dy.Cols)
	copy(dx.Data, dy.Data) // before the layers overwrite it
	add32(dx.Data, dx.Data, p.f.backward32(dy, true).Data)
	return dx
}

func (p *residualPass32) gradients() []gradient { return p.f.gradients() }

// add32 stores a + b in dst.
func add32(dst, a, b []float32) {
	for i, v := range a {
		dst[i] = v + b[i]
	}
}

// activationPass32 is the pass of ActivationLayer.
type activationPass32 struct {
	team *kernel.Team
	act  activation32
	y    buffer32
}

func (p *activationPass32) forward32(x matrix32) matrix32 {
	y := p.y.resize(x.Rows, x.Cols)
	p.act.apply(p.team, y, x)
	return y
}

func (p *activationPass32) backward32(dy matrix32, needDX bool) matrix32 {
	if needDX {
		p.act.backprop(p.team, dy)
	}
	return dy
}

func (p *activationPass32) forwardLogits32(x matrix32) matrix32 { return x }

func (p *activationPass32) backwardLogits32(dz matrix32, _ bool) matrix32 { return dz }

func (p *activationPass32) gradients() []gradient { return nil }

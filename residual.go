package mlp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// Residual returns a layer that adds a stack of layers f, first layer first,
// to what goes in,
//
//	y = x + f(x)
//
// (He et al., Deep Residual Learning for Image Recognition, 2016). The stack
// must give as many columns as it takes.
//
// The parameters are those of the layers, with the position of the layer
// before their name: "0.weight". Model reports a mistake in the arguments or
// in one of the layers.
func Residual(layers ...Layer) Layer {
	r := &residual{layers: slices.Clone(layers)}
	r.units, _ = checkBlock(layers) // Validate returns the error
	r.scratch.New = func() any { return newScratch(r.layers) }
	return r
}

type residual struct {
	sameWidth
	layers  []Layer
	scratch sync.Pool // of *scratch, for Infer
}

// checkBlock returns the width at both ends of the layers, or an error unless
// they are well described and fit each other.
func checkBlock(layers []Layer) (width int, err error) {
	if len(layers) == 0 {
		return 0, errors.New("residual block without layers")
	}
	before := 0
	for i, l := range layers {
		if isNil(l) {
			return 0, fmt.Errorf("residual block: layer %d is nil", i)
		}
		if err := validate(l); err != nil {
			return 0, fmt.Errorf("residual block: layer %d: %w", i, err)
		}
		inputs, units := l.Dims()
		if i == 0 {
			width = inputs
		} else if inputs != before {
			return 0, fmt.Errorf("residual block: layer %d has %d inputs, layer %d gives %d", i, inputs, i-1, before)
		}
		before = units
	}
	if before != width {
		return 0, fmt.Errorf("residual block takes %d columns and gives %d, want the same", width, before)
	}
	return width, nil
}

// Validate returns the mistake in the arguments or in one of the layers, if
// there is one.
func (l *residual) Validate() error {
	_, err := checkBlock(l.layers)
	return err
}

// Describe implements Describer.
func (l *residual) Describe() LayerDescription {
	d := l.describe("residual")
	d.Layers = l.layers
	return d
}

// Params returns the parameters of all layers.
func (l *residual) Params() []Param {
	var all []Param
	for i, inner := range l.layers {
		for _, p := range inner.Params() {
			p.Name = strconv.Itoa(i) + "." + p.Name
			all = append(all, p)
		}
	}
	return all
}

// Init draws the initial parameters of the layers that have random ones.
func (l *residual) Init(rng *rand.Rand) {
	for _, inner := range l.layers {
		if inner, ok := inner.(Seeded); ok {
			inner.Init(rng)
		}
	}
}

// Infer stores x + f(x) in dst.
func (l *residual) Infer(dst, x *mat.Dense) {
	checkInfer(l.units, l.units, dst, x)
	s := l.scratch.Get().(*scratch)
	l.layers[len(l.layers)-1].Infer(dst, s.infer(x))
	l.scratch.Put(s)
	addRows(dst, x)
}

// addRows adds x to dst.
func addRows(dst, x *mat.Dense) {
	rows, _ := x.Dims()
	for i := range rows {
		kernel.Axpy(dst.RawRowView(i), 1, x.RawRowView(i))
	}
}

// NewPass returns a Pass that consists of passes of the layers.
func (l *residual) NewPass(rows int, rng *rand.Rand) Pass {
	p := &residualPass{sameWidthPass: newSameWidthPass(&l.sameWidth, rows)}
	for _, inner := range l.layers {
		pass := inner.NewPass(rows, rng)
		p.passes = append(p.passes, pass)
		p.grads = append(p.grads, pass.Grads()...)
	}
	return p
}

type residualPass struct {
	sameWidthPass
	passes []Pass
	grads  []*mat.Dense
}

var _ teamUser = (*residualPass)(nil)

// useTeam makes the passes compute with the workers of a trainer.
func (p *residualPass) useTeam(t *kernel.Team) {
	for _, inner := range p.passes {
		if inner, ok := inner.(teamUser); ok {
			inner.useTeam(t)
		}
	}
}

// Grads returns the gradients of all layers.
func (p *residualPass) Grads() []*mat.Dense { return p.grads }

func (p *residualPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.output(x)
	fx := x
	for _, inner := range p.passes {
		fx = inner.Forward(fx)
	}
	y.Copy(fx)
	addRows(y, x)
	return y
}

// Backward returns dy + Jᵀ·dy, J being the Jacobian of f, if needDX.
func (p *residualPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	var dx *mat.Dense
	if needDX {
		dx = p.dx.resize(dy.Dims())
		dx.Copy(dy) // before the layers overwrite it
	}
	grad := dy
	for i, inner := range slices.Backward(p.passes) {
		grad = inner.Backward(grad, needDX || i > 0)
	}
	if needDX {
		addRows(dx, grad)
	}
	return dx
}

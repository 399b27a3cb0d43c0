package mlp

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Freezer is a Layer that computes something else in training than in Infer,
// such as Dropout. Through the layer that Frozen returns, the gradient of what
// Infer computes can be had.
type Freezer interface {
	Layer

	// Frozen returns a layer that always, and so in its passes, computes what
	// Infer computes now, and does not change when it is used.
	Frozen() Layer
}

// Frozen returns the identity.
func (l *dropout) Frozen() Layer { return ActivationLayer(l.units, Identity) }

// Frozen returns the identity.
func (l *gaussianNoise) Frozen() Layer { return ActivationLayer(l.units, Identity) }

// Frozen returns a layer that only scales and moves each column, as its
// statistics are fixed.
func (l *batchNorm) Frozen() Layer {
	f := &columnScaling{sameWidth: sameWidth{l.units, l.err}}
	if l.err != nil {
		return f
	}
	f.scale, f.shift = make([]float64, l.units), make([]float64, l.units)
	for j := range f.scale {
		f.scale[j] = l.weight.At(0, j) / math.Sqrt(l.variance.At(0, j)+l.epsilon)
		f.shift[j] = l.bias.At(0, j) - float64(l.mean.At(0, j)*f.scale[j])
	}
	return f
}

// Frozen returns a residual layer of frozen layers.
func (l *residual) Frozen() Layer { return Residual(frozen(l.layers)...) }

// Frozen returns a stack of frozen layers.
func (s *stack) Frozen() Layer { return newStack(frozen(s.layers)) }

// Frozen returns an average of frozen members.
func (l *average) Frozen() Layer { return newAverage(frozen(l.members)) }

// frozen returns the layers with those that are Freezers frozen.
func frozen(layers []Layer) []Layer {
	layers = slices.Clone(layers)
	for i, l := range layers {
		if l, ok := l.(Freezer); ok {
			layers[i] = l.Frozen()
		}
	}
	return layers
}

// columnScaling is the layer y = scale∘x + shift, without parameters.
type columnScaling struct {
	sameWidth
	scale, shift []float64
}

// Infer stores scale∘x + shift in dst.
func (l *columnScaling) Infer(dst, x *mat.Dense) {
	l.checkInfer(dst, x)
	rows, _ := x.Dims()
	for i := range rows {
		y := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			y[j] = float64(l.scale[j]*v) + l.shift[j]
		}
	}
}

// NewPass returns a Pass; rng is not used.
func (l *columnScaling) NewPass(rows int, rng *rand.Rand) Pass {
	return &columnScalingPass{newSameWidthPass(&l.sameWidth, rows), l}
}

type columnScalingPass struct {
	sameWidthPass
	layer *columnScaling
}

func (p *columnScalingPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.output(x)
	p.layer.Infer(y, x)
	return y
}

// Backward returns scale∘dy if needDX.
func (p *columnScalingPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if !needDX {
		return nil
	}
	dx := p.dx.resize(dy.Dims())
	for i := range p.rows {
		d := dx.RawRowView(i)
		for j, v := range dy.RawRowView(i) {
			d[j] = p.layer.scale[j] * v
		}
	}
	return dx
}

package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// preluSlope is where the slopes of PReLU begin.
const preluSlope = 0.25

// PReLU returns a leaky ReLU that learns the slope for negative values of each
// column,
//
//	y = x where x > 0, else s∘x
//
// with the derivative s at 0, as in PyTorch (He et al., Delving Deep into
// Rectifiers, 2015).
//
// The parameter is "slope", s, which is 1×units and begins at 0.25. Model
// reports a mistake in the arguments.
func PReLU(units int) Layer {
	l := &prelu{sameWidth: sameWidth{units, checkUnits(units)}}
	if l.err == nil {
		l.slope = mat.NewDense(1, units, nil)
		fill(l.slope, func() float64 { return preluSlope })
	}
	return l
}

type prelu struct {
	sameWidth
	slope *mat.Dense // 1 × units
}

// Params returns "slope" (1 × units).
func (l *prelu) Params() []Param { return []Param{{Name: "slope", Value: l.slope}} }

// Describe implements Describer.
func (l *prelu) Describe() LayerDescription { return l.describe("prelu") }

// Infer stores the rectified x in dst.
func (l *prelu) Infer(dst, x *mat.Dense) {
	l.checkInfer(dst, x)
	rows, _ := x.Dims()
	slope := l.slope.RawRowView(0)
	for i := range rows {
		y := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			if v > 0 {
				y[j] = v
			} else {
				y[j] = slope[j] * v
			}
		}
	}
}

// NewPass returns a Pass for batches of at most rows samples; rng is not used.
func (l *prelu) NewPass(rows int, rng *rand.Rand) Pass {
	p := &preluPass{
		sameWidthPass: newSameWidthPass(&l.sameWidth, rows),
		layer:         l,
		ds:            mat.NewDense(1, l.units, nil),
	}
	p.grads = []*mat.Dense{p.ds}
	return p
}

type preluPass struct {
	sameWidthPass
	layer *prelu
	x     *mat.Dense // borrowed from Forward to Backward
	ds    *mat.Dense // 1 × units
	grads []*mat.Dense
}

// Grads returns ∂L/∂s.
func (p *preluPass) Grads() []*mat.Dense { return p.grads }

func (p *preluPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.output(x)
	p.x = x
	p.layer.Infer(y, x)
	return y
}

// Backward stores ∂L/∂s = Σ dy∘x over the rows where x ≤ 0, and returns dy,
// multiplied by s there, if needDX.
func (p *preluPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	p.ds.Zero()
	slope, ds := p.layer.slope.RawRowView(0), p.ds.RawRowView(0)
	for i := range p.rows {
		d := dy.RawRowView(i)
		for j, v := range p.x.RawRowView(i) {
			if !(v > 0) {
				ds[j] += float64(d[j] * v)
				d[j] *= slope[j]
			}
		}
	}
	if !needDX {
		return nil
	}
	dx := p.dx.resize(dy.Dims())
	dx.Copy(dy)
	return dx
}

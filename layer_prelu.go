package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// preluSlope is the initial slope of PReLU.
const preluSlope = 0.25

// PReLU returns a leaky ReLU that learns a slope for the negative values of
// each column,
//
//	y = x where x > 0, else s∘x
//
// with derivative s at 0, as in PyTorch (He et al., Delving Deep into
// Rectifiers, 2015).
//
// The parameter is "slope", s, which is 1×units and initialized to 0.25. Model
// returns an error for invalid arguments.
func PReLU(units int) Layer {
	l := &prelu{sameWidth: sameWidth{units, checkUnits(units)}}
	if l.err == nil {
		l.slope = constants(units, preluSlope)
	}
	return l
}

type prelu struct {
	sameWidth
	use
	slope *mat.Dense // 1 × units
}

func (l *prelu) Params() []Param { return []Param{{Name: "slope", Value: l.slope}} }

func (l *prelu) Describe() LayerDescription { return l.describe("prelu") }

func (l *prelu) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	slope := l.slope.RawRowView(0)
	for i := range x.RawMatrix().Rows {
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

func (l *prelu) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Grads: l.grads, Backward: l.backward})
}

// grads adds ∂L/∂s = Σ dy∘x over the rows where x ≤ 0, and multiplies dy by s
// there, which turns it into ∂L/∂x.
func (l *prelu) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	slope, ds := l.slope.RawRowView(0), grads[0].RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d := dy.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			if !(v > 0) {
				ds[j] += float64(d[j] * v)
				d[j] *= slope[j]
			}
		}
	}
}

// backward copies dy, which grads has turned into ∂L/∂x, to dx.
func (l *prelu) backward(dx, dy, _, _ *mat.Dense) { dx.Copy(dy) }

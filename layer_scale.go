package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// Scale returns a layer that multiplies each column of x by a factor of its own,
//
//	y = s∘x
//
// so that, as the first layer, it learns which columns matter (Holzmüller et
// al., Better by Default, 2024).
//
// The parameter is "scale", s, which is 1×units and initialized to ones. Model
// returns an error for an invalid argument.
func Scale(units int) Layer {
	l := &scale{sameWidth: sameWidth{units, checkUnits(units)}}
	if l.err == nil {
		l.scale = ones(units)
	}
	return l
}

type scale struct {
	sameWidth
	use
	scale *mat.Dense // 1 × units
}

func (l *scale) Params() []Param { return []Param{{Name: "scale", Value: l.scale}} }

func (l *scale) Describe() LayerDescription { return l.describe("scale") }

func (l *scale) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	l.multiply(dst, x)
}

// multiply stores s∘x in dst.
func (l *scale) multiply(dst, x *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		kernel.MulElem(dst.RawRowView(i), l.scale.RawRowView(0), x.RawRowView(i))
	}
}

// ofOneMember returns the layer as that of a single member.
func (l *scale) ofOneMember() *memberScale {
	return &memberScale{inputs: l.units, units: l.units, scale: l.scale}
}

func (l *scale) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Grads: l.grads, Backward: l.backward})
}

// grads adds ∂L/∂s = Σ dy∘x over the rows.
func (l *scale) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	ds := grads[0].RawRowView(0)
	for i := range x.RawMatrix().Rows {
		kernel.AddMulElem(ds, dy.RawRowView(i), x.RawRowView(i))
	}
}

// backward stores s∘dy in dx.
func (l *scale) backward(dx, dy, _, _ *mat.Dense) { l.multiply(dx, dy) }

package mlp

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Freezer is a Layer that computes something different in training than in
// Infer, such as Dropout. The layer that Frozen returns gives access to the
// gradient of what Infer computes.
type Freezer interface {
	Layer

	// Frozen returns a layer that computes what Infer computes now, in its
	// passes too, and that does not change when it is used.
	Frozen() Layer
}

// frozen returns the layers, with all Freezers replaced by their frozen layers.
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

func (l *columnScaling) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		y := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			y[j] = float64(l.scale[j]*v) + l.shift[j]
		}
	}
}

func (l *columnScaling) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Backward: l.backward})
}

// backward stores scale∘dy in dx.
func (l *columnScaling) backward(dx, dy, _, _ *mat.Dense) {
	for i := range dy.RawMatrix().Rows {
		d := dx.RawRowView(i)
		for j, v := range dy.RawRowView(i) {
			d[j] = l.scale[j] * v
		}
	}
}

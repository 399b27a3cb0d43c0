package mlp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// average is the Layer whose outputs are the means of the outputs of its
// members,
//
//	y = Σ fᵢ(x)/m
//
// Its parameters are those of the members, with their names prefixed by the
// position of the member: "0.weight".
type average struct {
	group
	outputs sync.Pool // of *buffer, for Infer
}

func newAverage(members []Layer) *average {
	l := &average{group: group{layers: slices.Clone(members)}}
	l.outputs.New = func() any { return &buffer{} }
	if l.Validate() == nil {
		l.inputs, l.units = members[0].Dims()
	}
	return l
}

// Validate returns an error unless the members are valid and have the same
// inputs and units.
func (l *average) Validate() error {
	if err := validateLayers(l.layers); err != nil {
		return fmt.Errorf("average: %w", err)
	}
	for i, m := range l.layers {
		inputs, units := m.Dims()
		if wantInputs, wantUnits := l.layers[0].Dims(); inputs != wantInputs || units != wantUnits {
			return fmt.Errorf("average: layer %d has %d inputs and %d units, layer 0 has %d and %d", i, inputs, units, wantInputs, wantUnits)
		}
	}
	return nil
}

func (l *average) Describe() LayerDescription { return l.describe("average") }

func (l *average) Infer(dst, x *mat.Dense) {
	checkInfer(l.inputs, l.units, dst, x)
	l.layers[0].Infer(dst, x)
	b := l.outputs.Get().(*buffer)
	for _, m := range l.layers[1:] {
		y := b.resize(dst.Dims())
		m.Infer(y, x)
		addRows(dst, y)
	}
	l.outputs.Put(b)
	divideRows(dst, len(l.layers))
}

func (l *average) NewPass(rows int, rng *rand.Rand) Pass {
	p := &averagePass{batchShape: newBatchShape(l.inputs, l.units, rows)}
	p.innerPasses = newInnerPasses(l.layers, rows, rng)
	p.y.resize(rows, l.units)
	return p
}

type averagePass struct {
	innerPasses
	batchShape
	y, grad, dx buffer
}

func (p *averagePass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	y := p.y.resize(p.rows, p.units)
	y.Copy(p.passes[0].Forward(x))
	for _, inner := range p.passes[1:] {
		addRows(y, inner.Forward(x))
	}
	divideRows(y, len(p.passes))
	return y
}

// Backward passes dy/m to every member and returns the sum of their results if
// needDX.
func (p *averagePass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	divideRows(dy, len(p.passes))
	var dx *mat.Dense
	if needDX {
		dx = p.dx.resize(p.rows, p.inputs)
		dx.Zero()
	}
	for _, inner := range p.passes {
		grad := p.grad.resize(p.rows, p.units)
		grad.Copy(dy) // because a member may overwrite it
		if d := inner.Backward(grad, needDX); needDX {
			addRows(dx, d)
		}
	}
	return dx
}

func (l *average) Frozen() Layer { return newAverage(frozen(l.layers)) }

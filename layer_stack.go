package mlp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Stack returns a layer that applies layers one after another, first layer
// first, for where a single layer is wanted, as in Columns.
//
// The parameters are those of the layers, with their names prefixed by the
// position of the layer: "0.weight". Model returns an error if the layers are
// invalid or do not fit together.
func Stack(layers ...Layer) Layer { return newStack(layers) }

type stack struct {
	group
	scratch sync.Pool // of *scratch, for Infer
}

// newStack returns the stack of the layers. Validate reports what is wrong with
// them.
func newStack(layers []Layer) *stack {
	s := &stack{group: group{layers: slices.Clone(layers)}}
	s.scratch.New = func() any { return newScratch(s.layers) }
	if s.Validate() == nil {
		s.inputs, _ = layers[0].Dims()
		_, s.units = layers[len(layers)-1].Dims()
	}
	return s
}

// Validate returns an error unless the layers are valid and fit together.
func (s *stack) Validate() error {
	if err := validateLayers(s.layers); err != nil {
		return err
	}
	before := 0
	for i, l := range s.layers {
		inputs, units := l.Dims()
		if i > 0 && inputs != before {
			return fmt.Errorf("layer %d has %d inputs, layer %d gives %d", i, inputs, i-1, before)
		}
		before = units
	}
	return nil
}

func (s *stack) Describe() LayerDescription { return s.describe("stack") }

func (s *stack) Infer(dst, x *mat.Dense) {
	checkInfer(s.inputs, s.units, dst, x)
	buffers := s.scratch.Get().(*scratch)
	s.layers[len(s.layers)-1].Infer(dst, buffers.infer(0, x))
	s.scratch.Put(buffers)
}

func (s *stack) NewPass(rows int, rng *rand.Rand) Pass { return s.newPass(rows, rng) }

func (s *stack) newPass(rows int, rng *rand.Rand) *stackPass {
	checkNewPass(s.units, rows)
	return &stackPass{newInnerPasses(s.layers, rows, rng)}
}

var _ envUser = (*innerPasses)(nil)

type stackPass struct{ innerPasses }

func (p *stackPass) Forward(x *mat.Dense) *mat.Dense {
	for _, inner := range p.passes {
		x = inner.Forward(x)
	}
	return x
}

func (p *stackPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	for i, inner := range slices.Backward(p.passes) {
		dy = inner.Backward(dy, needDX || i > 0)
	}
	return dy
}

func (s *stack) Frozen() Layer { return newStack(frozen(s.layers)) }

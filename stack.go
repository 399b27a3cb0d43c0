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
	"example.com/mlp/internal/matrix"
)

// stack is the Layer that layers are one after the other, first layer first.
type stack struct {
	layers        []Layer
	inputs, units int
	scratch       sync.Pool // of *scratch, for Infer
}

func newStack(layers []Layer) *stack {
	s := &stack{}
	s.init(layers)
	return s
}

// init makes s the stack of the layers. Validate returns what is wrong with
// them.
func (s *stack) init(layers []Layer) {
	s.layers = slices.Clone(layers)
	s.scratch.New = func() any { return newScratch(s.layers) }
	if s.Validate() == nil {
		s.inputs, _ = layers[0].Dims()
		_, s.units = layers[len(layers)-1].Dims()
	}
}

// Validate returns an error unless the layers are well described and fit each
// other.
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

// validateLayers returns an error unless there are layers, all of them well
// described.
func validateLayers(layers []Layer) error {
	if len(layers) == 0 {
		return errors.New("no layers")
	}
	for i, l := range layers {
		if matrix.IsNil(l) {
			return fmt.Errorf("layer %d is nil", i)
		}
		if err := validate(l); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return nil
}

// Describe implements Describer.
func (s *stack) Describe() LayerDescription {
	return LayerDescription{Kind: "stack", Inputs: s.inputs, Units: s.units, Layers: s.Layers()}
}

// Layers returns the layers, first layer first.
func (s *stack) Layers() []Layer { return slices.Clone(s.layers) }

// Dims returns the inputs of the first layer and the units of the last.
func (s *stack) Dims() (inputs, units int) { return s.inputs, s.units }

// Params returns the parameters of all layers.
func (s *stack) Params() []Param { return innerParams(s.layers) }

// innerParams returns the parameters of layers inside of another, with their
// position before the name: "0.weight".
func innerParams(layers []Layer) []Param {
	var all []Param
	for i, inner := range layers {
		for _, p := range inner.Params() {
			p.Name = strconv.Itoa(i) + "." + p.Name
			all = append(all, p)
		}
	}
	return all
}

// Init draws the initial parameters of the layers.
func (s *stack) Init(rng *rand.Rand) { initLayers(s.layers, rng) }

// initLayers draws the initial parameters of those of the layers that have
// random ones.
func initLayers(layers []Layer, rng *rand.Rand) {
	for _, inner := range layers {
		if inner, ok := inner.(Seeded); ok {
			inner.Init(rng)
		}
	}
}

// Infer stores what the layers make of x in dst.
func (s *stack) Infer(dst, x *mat.Dense) {
	checkInfer(s.inputs, s.units, dst, x)
	buffers := s.scratch.Get().(*scratch)
	s.layers[len(s.layers)-1].Infer(dst, buffers.infer(x))
	s.scratch.Put(buffers)
}

// NewPass returns a Pass that consists of passes of the layers.
func (s *stack) NewPass(rows int, rng *rand.Rand) Pass { return s.newPass(rows, rng) }

func (s *stack) newPass(rows int, rng *rand.Rand) *stackPass {
	checkNewPass(s.units, rows)
	return &stackPass{newInnerPasses(s.layers, rows, rng)}
}

// innerPasses are the passes of layers inside of another.
type innerPasses struct {
	passes []Pass
	grads  []*mat.Dense // of all passes
}

var _ teamUser = (*innerPasses)(nil)

func newInnerPasses(layers []Layer, rows int, rng *rand.Rand) innerPasses {
	var p innerPasses
	for i, inner := range layers {
		pass := newPass(fmt.Sprintf("layer %d inside", i), inner, rows, rng)
		p.passes = append(p.passes, pass)
		p.grads = append(p.grads, pass.Grads()...)
	}
	return p
}

// useTeam makes the passes compute with the workers of a stepper.
func (p *innerPasses) useTeam(t *kernel.Team) {
	for _, inner := range p.passes {
		if inner, ok := inner.(teamUser); ok {
			inner.useTeam(t)
		}
	}
}

// Grads returns the gradients of all layers.
func (p *innerPasses) Grads() []*mat.Dense { return p.grads }

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

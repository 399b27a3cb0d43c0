package mlp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// paramName returns the name of a layer's parameter within the network:
// "layers.0.weight".
func paramName(layer int, p Param) string { return fmt.Sprintf("layers.%d.%s", layer, p.Name) }

// sameWidth has what layers with as many units as inputs have in common. They
// have no parameters unless they override Params.
type sameWidth struct {
	units int
	err   error // the error in the arguments, if any
}

// Validate returns the error in the arguments, if any.
func (l *sameWidth) Validate() error { return l.err }

// Dims returns the number of units twice, or zeros for an invalid layer, which
// computes nothing.
func (l *sameWidth) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return l.units, l.units
}

// Params returns nothing.
func (l *sameWidth) Params() []Param { return nil }

// describe returns the description of a layer without numbers.
func (l *sameWidth) describe(kind string) LayerDescription {
	return LayerDescription{Kind: kind, Inputs: l.units, Units: l.units}
}

// trainingOnly has what layers have in common that do something in training
// only.
type trainingOnly struct{ sameWidth }

// Infer stores x in dst.
func (l *trainingOnly) Infer(dst, x *mat.Dense) {
	inputs, units := l.Dims()
	checkInfer(inputs, units, dst, x)
	dst.Copy(x)
}

// Frozen returns the identity.
func (l *trainingOnly) Frozen() Layer { return ActivationLayer(l.units, Identity) }

// checkUnits returns an error unless a layer can have this many units.
func checkUnits(units int) error {
	switch {
	case units <= 0:
		return fmt.Errorf("%d units, want at least 1", units)
	case units > maxWeights:
		return fmt.Errorf("%d units, at most %d are possible", units, maxWeights)
	}
	return nil
}

// needUnits panics for a layer that computes nothing, such as the zero value.
func needUnits(op string, units int) {
	if units <= 0 {
		panic(&ShapeError{Op: op, Subject: "the layer", Got: units, Unit: "units", Wanting: "want at least", Want: 1})
	}
}

// checkNewPass panics unless a layer can have a pass for this many rows.
func checkNewPass(units, rows int) {
	needUnits("NewPass", units)
	if rows < 0 {
		panic(&ShapeError{Op: "NewPass", Subject: "a batch", Got: rows, Unit: "rows", Wanting: "want at least", Want: 0})
	}
}

// checkRandom panics if a pass that draws random numbers has no generator.
func checkRandom(rng *rand.Rand) {
	if rng == nil {
		panic(&ShapeError{Op: "NewPass", Subject: "rng", Unit: "sources of random numbers", Wanting: "the layer takes", Want: 1})
	}
}

// checkInfer panics unless x and dst fit a layer.
func checkInfer(inputs, units int, dst, x *mat.Dense) {
	needUnits("Infer", units)
	rows, cols := dims(x)
	dstRows, dstCols := dims(dst)
	checkSize("Infer", "x", cols, "columns", "the layer takes", inputs)
	checkSize("Infer", "dst", dstCols, "columns", "the layer gives", units)
	checkSize("Infer", "dst", dstRows, "rows", "x has", rows)
}

// checkSize panics with a *ShapeError of these fields unless got is want.
func checkSize(op, subject string, got int, unit, wanting string, want int) {
	if got != want {
		panic(&ShapeError{op, subject, got, unit, wanting, want})
	}
}

// checkAdapt returns the samples x, from which a layer with this many inputs
// learns constants, or an error of the call op if the layer is invalid or does
// not take them.
func checkAdapt(op string, inputs int, invalid error, x mat.Matrix) (*mat.Dense, error) {
	if invalid != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, invalid)
	}
	d, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	if _, cols := d.Dims(); cols != inputs {
		return nil, &ShapeError{Op: op, Subject: "x", Got: cols, Unit: "columns", Wanting: "the layer takes", Want: inputs}
	}
	return d, checkFinite(op, "x", d)
}

// batchShape is what a pass knows about the shapes of its batches.
type batchShape struct {
	inputs, units int
	maxRows       int // of a batch
	rows          int // of the last one
}

// newBatchShape returns the shapes of a pass for at most this many rows. It
// panics like checkNewPass.
func newBatchShape(inputs, units, rows int) batchShape {
	checkNewPass(units, rows)
	return batchShape{inputs: inputs, units: units, maxRows: rows}
}

// checkForward panics unless the batch x fits, and remembers its number of
// rows.
func (s *batchShape) checkForward(x *mat.Dense) {
	rows, cols := dims(x)
	checkSize("Forward", "x", cols, "columns", "the layer takes", s.inputs)
	if rows > s.maxRows {
		panic(&ShapeError{Op: "Forward", Subject: "x", Got: rows, Unit: "rows", Wanting: "the pass takes at most", Want: s.maxRows})
	}
	s.rows = rows
}

// checkBackward panics unless a gradient has the shape of the last output.
func (s *batchShape) checkBackward(dy *mat.Dense) {
	rows, cols := dims(dy)
	checkSize("Backward", "dy", rows, "rows", "the last Forward gave", s.rows)
	checkSize("Backward", "dy", cols, "columns", "the layer gives", s.units)
}

// validateLayers returns an error unless there is at least one layer and all
// are valid.
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

// group has what layers with layers inside have in common.
type group struct {
	layers        []Layer
	inputs, units int // 0 if the layers are invalid
}

func (g *group) Dims() (inputs, units int) { return g.inputs, g.units }

// Params returns the parameters of the layers inside, with their names prefixed
// by the position of the layer: "0.weight".
func (g *group) Params() []Param {
	var all []Param
	for i, inner := range g.layers {
		for _, p := range inner.Params() {
			p.Name = strconv.Itoa(i) + "." + p.Name
			all = append(all, p)
		}
	}
	return all
}

func (g *group) Init(rng *rand.Rand) { initLayers(g.layers, rng) }

func (g *group) describe(kind string) LayerDescription {
	return LayerDescription{Kind: kind, Inputs: g.inputs, Units: g.units, Layers: slices.Clone(g.layers)}
}

func (g *group) inside() []Layer { return g.layers }

// inside returns the layers inside a layer of this package, nil if there are
// none.
func inside(l Layer) []Layer {
	if l, ok := l.(interface{ inside() []Layer }); ok {
		return l.inside()
	}
	return nil
}

// initLayers draws the initial parameters of the Seeded layers.
func initLayers(layers []Layer, rng *rand.Rand) {
	for _, inner := range layers {
		if inner, ok := inner.(Seeded); ok {
			inner.Init(rng)
		}
	}
}

// innerPasses are the passes of layers inside another.
type innerPasses struct {
	passes []Pass
	grads  []*mat.Dense // of all passes
}

func newInnerPasses(layers []Layer, rows int, rng *rand.Rand) innerPasses {
	var p innerPasses
	for i, inner := range layers {
		pass := passOf(fmt.Sprintf("layer %d inside", i), inner, rows, rng)
		p.passes = append(p.passes, pass)
		p.grads = append(p.grads, pass.Grads()...)
	}
	return p
}

// useEnv forwards the environment to the passes.
func (p *innerPasses) useEnv(e *passEnv) {
	for _, inner := range p.passes {
		if inner, ok := inner.(envUser); ok {
			inner.useEnv(e)
		}
	}
}

func (p *innerPasses) Grads() []*mat.Dense { return p.grads }

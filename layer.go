package mlp

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// A Layer is a differentiable map from the rows of x to the rows of y. It
// holds parameters and nothing else: what training needs to remember lives in
// a Pass. Infer is safe for concurrent use while no Fit runs on the layer.
//
// mlptest.CheckLayer checks an implementation.
type Layer interface {
	// Dims returns the number of columns of x and of y.
	Dims() (inputs, units int)

	// Params returns the parameters in a fixed order. The matrices are
	// shared, not copied.
	Params() []Param

	// Infer stores f(x) in dst and keeps no state. x is n×inputs, dst is
	// n×units and does not overlap x. Other shapes, and nil, panic with a
	// *ShapeError.
	Infer(dst, x *mat.Dense)

	// NewPass returns the training state for batches of at most rows samples.
	// A layer that needs random numbers draws them from rng and no other
	// source.
	NewPass(rows int, rng *rand.Rand) Pass
}

// A Pass is one goroutine's training state for one Layer: what Forward saw
// and the gradients that Backward found. A batch may have fewer rows than the
// pass was made for. After the first batch, no method allocates.
//
// Shapes that do not fit, and nil, panic with a *ShapeError.
type Pass interface {
	// Forward returns f(x). The pass owns y, which is valid until the next
	// Forward; x is borrowed until Backward returns and never written.
	Forward(x *mat.Dense) (y *mat.Dense)

	// Backward takes dy = ∂L/∂y for the y of the last Forward, stores the
	// gradients of the parameters in Grads and returns ∂L/∂x, or nil unless
	// needDX. It may overwrite dy. The pass owns dx.
	Backward(dy *mat.Dense, needDX bool) (dx *mat.Dense)

	// Grads returns ∂L/∂p for each p of Layer.Params, in the same order and
	// shapes. The matrices are the same ones in every call. It has nil in the
	// place of a Param that is State.
	Grads() []*mat.Dense
}

// A LogitLayer is a Layer that ends in an activation, y = f(z), and gives
// access to its argument z, the logits. The passes of a LogitLayer implement
// LogitPass.
type LogitLayer interface {
	Layer

	// Activation returns f.
	Activation() Activation

	// InferLogits is Infer without the activation: it stores z in dst.
	InferLogits(dst, x *mat.Dense)
}

// A LogitPass is the Pass of a LogitLayer. A loss that has a simple
// derivative by z trains through it and skips the activation.
type LogitPass interface {
	Pass

	// ForwardLogits is Forward without the activation: it returns z.
	ForwardLogits(x *mat.Dense) (z *mat.Dense)

	// BackwardLogits is Backward from dz = ∂L/∂z. It may overwrite dz.
	BackwardLogits(dz *mat.Dense, needDX bool) (dx *mat.Dense)
}

// A Seeded layer draws its initial parameters at random. Model calls Init
// once for each such layer, in the order of the stack. Init leaves a layer
// alone that has drawn its parameters before, so that trained layers can be
// put into a new network.
type Seeded interface {
	Layer
	Init(rng *rand.Rand)
}

// A Param is one parameter matrix of a Layer.
type Param struct {
	Name  string     // stable key in saved files, unique in its layer: "weight", "bias"
	Value *mat.Dense // contiguous: its stride is its number of columns

	// State says that no gradient trains it, as with running statistics,
	// which Forward of a Pass changes itself. Grads has nil for it: optimizers
	// do not see it, but it is kept, restored and checked for NaN and
	// infinities like the weights.
	State bool

	Penalty    Regularizer // nil: none
	Constraint Constraint  // nil: none
}

// paramName returns the name of a parameter of a layer among those of all:
// "layers.0.weight".
func paramName(layer int, p Param) string { return fmt.Sprintf("layers.%d.%s", layer, p.Name) }

// buffer is memory for a matrix of varying height. Its view is reused, so
// that resizing does not allocate.
type buffer struct {
	view mat.Dense
	data []float64
}

// resize returns a matrix of the given size in the buffer's memory, with
// unspecified contents. It allocates when the matrix is larger than any
// before.
func (b *buffer) resize(rows, cols int) *mat.Dense {
	if r, c := b.view.Dims(); r == rows && c == cols {
		return &b.view
	}
	if n := rows * cols; n > len(b.data) {
		b.data = make([]float64, n)
	}
	b.view.SetRawMatrix(blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: b.data[:rows*cols]})
	return &b.view
}

// viewRows makes view the rows [lo, hi) of m without copying.
func viewRows(view, m *mat.Dense, lo, hi int) *mat.Dense {
	g := m.RawMatrix()
	g.Data = g.Data[lo*g.Stride : (hi-1)*g.Stride+g.Cols]
	g.Rows = hi - lo
	view.SetRawMatrix(g)
	return view
}

// sameWidth is what layers with as many units as inputs have in common. They
// have no parameters unless they say so.
type sameWidth struct {
	units int
	err   error // the mistake in the arguments, if there was one
}

// Validate returns the mistake in the arguments, if there was one.
func (l *sameWidth) Validate() error { return l.err }

// Dims returns the number of units twice.
func (l *sameWidth) Dims() (inputs, units int) { return l.units, l.units }

// Params returns nothing.
func (l *sameWidth) Params() []Param { return nil }

// made returns the number of units, 0 for a layer that was described wrongly,
// which computes nothing.
func (l *sameWidth) made() int {
	if l.err != nil {
		return 0
	}
	return l.units
}

// checkInfer panics unless x and dst fit the layer.
func (l *sameWidth) checkInfer(dst, x *mat.Dense) { checkInfer(l.made(), l.made(), dst, x) }

// describe returns the description of a layer without numbers.
func (l *sameWidth) describe(kind string) LayerDescription {
	return LayerDescription{Kind: kind, Inputs: l.units, Units: l.units}
}

// sameWidthPass is what the passes of these layers have in common.
type sameWidthPass struct {
	batchShape
	y, dx buffer
}

func newSameWidthPass(l *sameWidth, rows int) sameWidthPass {
	checkNewPass(l.made(), rows)
	p := sameWidthPass{batchShape: batchShape{inputs: l.units, units: l.units, maxRows: rows}}
	p.y.resize(rows, l.units)
	return p
}

// Grads returns nothing.
func (p *sameWidthPass) Grads() []*mat.Dense { return nil }

// output checks the batch x and returns the memory for its output.
func (p *sameWidthPass) output(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	return p.y.resize(x.Dims())
}

// checkUnits returns an error unless a layer can have so many units.
func checkUnits(units int) error {
	switch {
	case units <= 0:
		return fmt.Errorf("%d units, want at least 1", units)
	case units > maxWeights:
		return fmt.Errorf("%d units, at most %d are possible", units, maxWeights)
	}
	return nil
}

// dims returns the size of m, 0×0 for nil.
func dims(m *mat.Dense) (rows, cols int) {
	if m == nil {
		return 0, 0
	}
	return m.Dims()
}

// needUnits panics for a layer that computes nothing, such as a zero value.
func needUnits(op string, units int) {
	if units <= 0 {
		panic(&ShapeError{Op: op, Subject: "the layer", Got: units, Unit: "units", Wanting: "want at least", Want: 1})
	}
}

// checkNewPass panics unless a layer can have a pass for so many rows.
func checkNewPass(units, rows int) {
	needUnits("NewPass", units)
	if rows < 0 {
		panic(&ShapeError{Op: "NewPass", Subject: "a batch", Got: rows, Unit: "rows", Wanting: "want at least", Want: 0})
	}
}

// checkRandom panics if a pass that draws has nothing to draw from.
func checkRandom(rng *rand.Rand) {
	if rng == nil {
		panic(&ShapeError{Op: "NewPass", Subject: "rng", Unit: "sources of random numbers", Wanting: "the layer takes", Want: 1})
	}
}

// checkInfer panics unless x and dst fit a layer.
func checkInfer(inputs, units int, dst, x *mat.Dense) {
	needUnits("Infer", units)
	rows, cols := dims(x)
	if cols != inputs {
		panic(&ShapeError{Op: "Infer", Subject: "x", Got: cols, Unit: "columns", Wanting: "the layer takes", Want: inputs})
	}
	dstRows, dstCols := dims(dst)
	if dstCols != units {
		panic(&ShapeError{Op: "Infer", Subject: "dst", Got: dstCols, Unit: "columns", Wanting: "the layer gives", Want: units})
	}
	if dstRows != rows {
		panic(&ShapeError{Op: "Infer", Subject: "dst", Got: dstRows, Unit: "rows", Wanting: "x has", Want: rows})
	}
}

// batchShape is what a pass knows about the shapes of its batches.
type batchShape struct {
	inputs, units int
	maxRows       int // of a batch
	rows          int // of the last one
}

// checkForward panics unless the batch x fits, and remembers its height.
func (s *batchShape) checkForward(x *mat.Dense) {
	rows, cols := dims(x)
	if cols != s.inputs {
		panic(&ShapeError{Op: "Forward", Subject: "x", Got: cols, Unit: "columns", Wanting: "the layer takes", Want: s.inputs})
	}
	if rows > s.maxRows {
		panic(&ShapeError{Op: "Forward", Subject: "x", Got: rows, Unit: "rows", Wanting: "the pass takes at most", Want: s.maxRows})
	}
	s.rows = rows
}

// checkBackward panics unless a gradient has the shape of the last output.
func (s *batchShape) checkBackward(dy *mat.Dense) {
	rows, cols := dims(dy)
	if rows != s.rows {
		panic(&ShapeError{Op: "Backward", Subject: "dy", Got: rows, Unit: "rows", Wanting: "the last Forward gave", Want: s.rows})
	}
	if cols != s.units {
		panic(&ShapeError{Op: "Backward", Subject: "dy", Got: cols, Unit: "columns", Wanting: "the layer gives", Want: s.units})
	}
}

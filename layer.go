package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// A Layer is a differentiable map from the rows of x to the rows of y. It
// holds parameters and nothing else: what training needs to remember lives in
// a Pass. Infer is safe for concurrent use while no Fit runs on the layer.
//
// With CheckInfer and NewPass, which see to shapes and memory, an implementation
// is little more than its formulas. mlptest.CheckLayer checks it.
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

	// Rate is the factor of the learning rate that the layer asks for, beside
	// that of a Group; 0 means 1.
	Rate float64

	Penalty    Regularizer // nil: none
	Constraint Constraint  // nil: none
}

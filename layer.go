package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// A Layer is a differentiable map from the rows of x to the rows of y. It holds
// only parameters: the state that training needs lives in a Pass. Infer is safe
// for concurrent use as long as no Fit is running on the layer.
//
// With CheckInfer and NewPass, which take care of shapes and memory, an
// implementation is little more than its formulas. mlptest.CheckLayer checks
// it.
type Layer interface {
	// Dims returns the number of columns of x and of y.
	Dims() (inputs, units int)

	// Params returns the parameters in a fixed order. The matrices are
	// shared, not copied.
	Params() []Param

	// Infer stores f(x) in dst and keeps no state. x is n×inputs; dst is
	// n×units and does not overlap x. Infer panics with a *ShapeError for other
	// shapes and for nil.
	Infer(dst, x *mat.Dense)

	// NewPass returns the training state for batches of at most rows samples. A
	// layer that needs random numbers must draw them only from rng.
	NewPass(rows int, rng *rand.Rand) Pass
}

// A Pass is one goroutine's training state for one Layer: what Forward saw and
// the gradients that Backward computed. A batch may have fewer rows than the
// pass was made for. After the first batch, no method allocates.
//
// Its methods panic with a *ShapeError for mismatched shapes and for nil.
type Pass interface {
	// Forward returns f(x). The pass owns y, which is valid until the next
	// Forward; it borrows x until Backward returns and never writes to it.
	Forward(x *mat.Dense) (y *mat.Dense)

	// Backward takes dy = ∂L/∂y for the y of the last Forward, stores the
	// gradients of the parameters in Grads and returns ∂L/∂x, or nil if needDX
	// is false. It may overwrite dy. The pass owns dx.
	Backward(dy *mat.Dense, needDX bool) (dx *mat.Dense)

	// Grads returns ∂L/∂p for each p of Layer.Params, in the same order and
	// with the same shapes. Every call returns the same matrices. The entry for
	// a Param that is State is nil.
	Grads() []*mat.Dense
}

// A LogitLayer is a Layer that ends in an activation, y = f(z), and gives
// access to the argument z, the logits. The passes of a LogitLayer implement
// LogitPass.
type LogitLayer interface {
	Layer

	// Activation returns f.
	Activation() Activation

	// InferLogits is Infer without the activation: it stores z in dst.
	InferLogits(dst, x *mat.Dense)
}

// A LogitPass is the Pass of a LogitLayer. A loss with a simple derivative with
// respect to z uses it in training to skip the activation.
type LogitPass interface {
	Pass

	// ForwardLogits is Forward without the activation: it returns z.
	ForwardLogits(x *mat.Dense) (z *mat.Dense)

	// BackwardLogits is Backward from dz = ∂L/∂z. It may overwrite dz.
	BackwardLogits(dz *mat.Dense, needDX bool) (dx *mat.Dense)
}

// A Seeded layer draws its initial parameters at random. Model calls Init once
// for each such layer, in the order of the stack. Init does nothing if the
// layer has already drawn its parameters, so that trained layers can be reused
// in a new network.
type Seeded interface {
	Layer
	Init(rng *rand.Rand)
}

// A Param is one parameter matrix of a Layer.
type Param struct {
	Name  string     // stable key in saved files, unique in its layer: "weight", "bias"
	Value *mat.Dense // contiguous: its stride is its number of columns

	// State marks a parameter that is not trained by a gradient, such as
	// running statistics, which the Forward of a Pass updates itself. Grads has
	// nil for it: optimizers do not see it, but it is kept, restored and
	// checked for NaN and infinities like the weights.
	State bool

	// Rate is a factor for the learning rate, in addition to that of a Group; 0
	// means 1.
	Rate float64

	Penalty    Regularizer // nil: none
	Constraint Constraint  // nil: none
}

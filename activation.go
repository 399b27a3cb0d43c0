package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// An Activation is a differentiable function y = f(z) that a layer applies to
// the rows of z = x·W + b.
//
// Implementations keep no state, so that one value serves any number of
// layers and goroutines. An Activation is element-wise, y[i] = f(z[i]), and is
// called with slices of any length, unless it is a RowActivation.
//
// mlptest.CheckActivation checks an implementation.
type Activation interface {
	// Name returns a stable identifier in snake case, such as "relu".
	Name() string

	// Apply stores f(z) in y, which has the length of z and may be z itself.
	Apply(y, z []float64)

	// Backprop stores Jᵀ·dy in dz, J being the Jacobian of f at z: it turns
	// the gradient ∂L/∂y into ∂L/∂z. y is f(z). All four have the same length;
	// dz may be dy itself.
	Backprop(dz, dy, z, y []float64)
}

// A RowActivation is an Activation that couples the entries of a row, as
// Softmax does. It is called with one row at a time.
type RowActivation interface {
	Activation

	// RowWise marks the type and does nothing.
	RowWise()
}

// The activations.
var (
	// Identity is f(z) = z, the output of a regression.
	Identity Activation = identity{}

	// ReLU is f(z) = max(z, 0), the rectified linear unit; f'(0) = 0, as in
	// PyTorch. NaN stays NaN.
	ReLU Activation = relu{}

	// Sigmoid is the logistic function f(z) = 1/(1 + exp(−z)), the probability
	// of class 1 in a binary classifier.
	Sigmoid Activation = sigmoid{}

	// Tanh is the hyperbolic tangent.
	Tanh Activation = tanh{}

	// Softmax is f(z)ᵢ = exp(zᵢ)/Σₖ exp(zₖ) over a row, the probabilities of a
	// classifier with several classes. Rows are shifted by their maximum, so
	// that large entries do not overflow (Goodfellow et al., Deep Learning,
	// section 4.1).
	Softmax RowActivation = softmax{}
)

// activations is the table for lookup by name.
var activations = []Activation{Identity, ReLU, Sigmoid, Tanh, Softmax}

// ActivationByName returns the activation of this package with the given
// Name, or an error that lists the names. "linear" is another name of
// "identity".
func ActivationByName(name string) (Activation, error) {
	if name == "linear" {
		name = Identity.Name()
	}
	return byName("ActivationByName", "activation", activations, name)
}

// byName returns the entry of table with the given name.
func byName[T interface{ Name() string }](op, kind string, table []T, name string) (T, error) {
	names := make([]string, len(table))
	for i, v := range table {
		if v.Name() == name {
			return v, nil
		}
		names[i] = v.Name()
	}
	var none T
	return none, fmt.Errorf("mlp: %s: unknown %s %q, have %q", op, kind, name, names)
}

// applyActivation stores act(z) in z.
func applyActivation(act Activation, z *mat.Dense) {
	g := z.RawMatrix()
	if g.Stride == g.Cols {
		switch act := act.(type) {
		case softmax:
			kernel.SoftmaxRows(g.Data, g.Data, g.Cols)
			return
		case RowActivation:
		default:
			act.Apply(g.Data, g.Data)
			return
		}
	}
	for i := range g.Rows {
		row := z.RawRowView(i)
		act.Apply(row, row)
	}
}

type identity struct{}

func (identity) Name() string                    { return "identity" }
func (identity) Apply(y, z []float64)            { copy(y, z) }
func (identity) Backprop(dz, dy, z, y []float64) { copy(dz, dy) }

type relu struct{}

func (relu) Name() string                    { return "relu" }
func (relu) Apply(y, z []float64)            { kernel.ReLU(y, z) }
func (relu) Backprop(dz, dy, z, y []float64) { kernel.ReLUGrad(dz, dy, z) }

type sigmoid struct{}

func (sigmoid) Name() string         { return "sigmoid" }
func (sigmoid) Apply(y, z []float64) { kernel.Sigmoid(y, z) }

// Backprop uses σ'(z) = σ(z)·σ(−z). The usual y(1−y) is the same function but
// loses all digits where y is close to one.
func (sigmoid) Backprop(dz, dy, z, y []float64) { kernel.SigmoidGrad(dz, dy, z) }

type tanh struct{}

func (tanh) Name() string         { return "tanh" }
func (tanh) Apply(y, z []float64) { kernel.Tanh(y, z) }

// Backprop uses tanh'(z) = sech²(z), which keeps its digits where 1 − y² does
// not.
func (tanh) Backprop(dz, dy, z, y []float64) { kernel.TanhGrad(dz, dy, z) }

type softmax struct{}

func (softmax) Name() string { return "softmax" }
func (softmax) RowWise()     {}

func (softmax) Apply(y, z []float64) {
	if len(z) > 0 {
		kernel.SoftmaxRows(y, z, len(z))
	}
}

// Backprop multiplies by the Jacobian diag(y) − y·yᵀ without forming it:
// dzᵢ = yᵢ(dyᵢ − Σₖ yₖ·dyₖ).
func (softmax) Backprop(dz, dy, z, y []float64) {
	dot := 0.0
	for i, v := range y {
		dot += float64(v * dy[i])
	}
	for i, v := range y {
		dz[i] = v * (dy[i] - dot)
	}
}

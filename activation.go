package mlp

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// An Activation is a differentiable function y = f(z) that a layer applies to
// the rows of z = x·W + b.
//
// Implementations are stateless, so one value serves any number of layers and
// goroutines. An Activation that is not a RowActivation is element-wise,
// y[i] = f(z[i]), and is called with slices of any length.
//
// mlptest.CheckActivation checks an implementation.
type Activation interface {
	// Name returns a stable identifier in snake case, such as "relu", followed
	// by the parameter if it is not the default: "leaky_relu(0.2)".
	Name() string

	// Apply stores f(z) in y, which has the same length as z and may be z
	// itself. The activations of this package panic with a *ShapeError if the
	// lengths differ.
	Apply(y, z []float64)

	// Backprop stores Jᵀ·dy in dz, where J is the Jacobian of f at z: it turns
	// the gradient ∂L/∂y into ∂L/∂z. y is f(z). All four have the same length;
	// the activations of this package panic with a *ShapeError if they do not.
	// dz may be dy itself.
	Backprop(dz, dy, z, y []float64)
}

// A RowActivation is an Activation that couples the entries of a row, as
// Softmax does. It is called with one row at a time.
type RowActivation interface {
	Activation

	// RowWise marks the type. It does nothing.
	RowWise()
}

// The activations, with their usual parameters.
var (
	// Identity is f(z) = z, the output of a regression.
	Identity Activation = identity{}

	// ReLU is f(z) = max(z, 0), the rectified linear unit; f'(0) = 0, as in
	// PyTorch. NaN stays NaN.
	ReLU Activation = relu{}

	// LeakyReLU is f(z) = z for z > 0 and 0.01·z otherwise; f'(0) = 0.01
	// (Maas et al., 2013). NewLeakyReLU takes other slopes.
	LeakyReLU = NewLeakyReLU(defaultSlope)

	// ReLU6 is f(z) = min(max(z, 0), 6); f'(0) = f'(6) = 0 (Krizhevsky, 2010).
	ReLU6 Activation = relu6{}

	// ELU is f(z) = z for z > 0 and exp(z) − 1 otherwise, the exponential
	// linear unit (Clevert et al., 2016). NewELU takes another α.
	ELU = NewELU(defaultAlpha)

	// SELU is f(z) = λ·z for z > 0 and λα·(exp(z) − 1) otherwise, where
	// λ = 1.0507… and α = 1.6732…; f'(0) = λα. It keeps the outputs of the layers
	// near mean 0 and variance 1 if the weights are initialized by LeCunNormal
	// (Klambauer et al., 2017).
	SELU Activation = newSELU()

	// CELU is f(z) = z for z > 0 and α·(exp(z/α) − 1) otherwise, with α = 1:
	// an ELU that is smooth for every α (Barron, 2017). NewCELU takes another
	// α.
	CELU = NewCELU(defaultAlpha)

	// GELU is f(z) = z·Φ(z), where Φ is the distribution function of the
	// standard normal distribution, computed exactly rather than with tanh
	// (Hendrycks and Gimpel, 2016).
	GELU Activation = gelu{}

	// GELUTanh is the approximation of GELU given in its paper, f(z) = z/2·(1 +
	// tanh(√(2/π)·(z + 0.044715·z³))), for networks that were trained with it.
	GELUTanh Activation = geluTanh{}

	// SiLU is f(z) = z·σ(z) with the sigmoid σ (Elfwing et al., 2018), also
	// known as swish (Ramachandran et al., 2017).
	SiLU Activation = silu{}

	// Mish is f(z) = z·tanh(log(1 + exp(z))) (Misra, 2020).
	Mish Activation = mish{}

	// Softplus is f(z) = log(1 + exp(z)), a smooth ReLU with positive values
	// (Dugas et al., 2001).
	Softplus Activation = softplus{}

	// Sigmoid is the logistic function f(z) = 1/(1 + exp(−z)), the probability
	// of class 1 in a binary classifier.
	Sigmoid Activation = sigmoid{}

	// Tanh is the hyperbolic tangent.
	Tanh Activation = tanh{}

	// Softsign is f(z) = z/(1 + |z|), which approaches ±1 more slowly than
	// Tanh (Glorot and Bengio, 2010).
	Softsign Activation = softsign{}

	// HardSigmoid is f(z) = min(max(z + 3, 0), 6)/6, as in PyTorch and Keras 3;
	// f'(±3) = 0. NewHardSigmoid takes other slopes.
	HardSigmoid Activation = hardSigmoid{}

	// HardTanh is f(z) = min(max(z, −1), 1); f'(±1) = 0 (Collobert, 2004).
	// NewHardTanh takes other bounds.
	HardTanh = NewHardTanh(-1, 1)

	// HardSwish is f(z) = z·min(max(z + 3, 0), 6)/6; f'(z) = z/3 + 1/2 for
	// |z| ≤ 3, as in PyTorch (Howard et al., 2019).
	HardSwish Activation = hardSwish{}

	// Softmax is f(z)ᵢ = exp(zᵢ)/Σₖ exp(zₖ) over a row, the class probabilities
	// of a multiclass classifier. Rows are shifted by their maximum, so that
	// large entries do not overflow (Goodfellow et al., Deep Learning, section
	// 4.1).
	Softmax RowActivation = softmax{}

	// LogSoftmax is f(z)ᵢ = zᵢ − log Σₖ exp(zₖ) over a row, the logarithm of
	// Softmax. CategoricalCrossEntropy expects Softmax and takes the logarithm
	// itself.
	LogSoftmax RowActivation = logSoftmax{}
)

// activations is the table for lookup by name.
var activations = []Activation{
	Identity,
	ReLU, LeakyReLU, ReLU6,
	ELU, SELU, CELU,
	GELU, GELUTanh, SiLU, Mish, Softplus,
	Sigmoid, Tanh, Softsign,
	HardSigmoid, HardTanh, HardSwish,
	Softmax, LogSoftmax,
}

// ActivationByName returns the activation of this package with the given Name,
// or an error that lists the valid names. Parameters, if any, may follow in
// parentheses: "leaky_relu(0.2)", "elu(0.5)", "celu(2)",
// "hard_sigmoid(0.2,0.5)", "hard_tanh(0,1)". "linear" is another name for
// "identity", and "swish" for "silu".
func ActivationByName(name string) (Activation, error) {
	const op = "ActivationByName"
	switch name {
	case "linear":
		return Identity, nil
	case "swish":
		return SiLU, nil
	}
	if act := parseActivation(name); act != nil {
		if err := validate(act); err != nil {
			return nil, fmt.Errorf("mlp: %s: %w", op, err)
		}
		return act, nil
	}
	return byName(op, "activation", activations, name)
}

// parseActivation returns the activation for a name such as "elu(0.5)" or
// "hard_tanh(0,1)", or nil.
func parseActivation(name string) Activation {
	prefix, param, ok := cutParameter(name)
	if !ok {
		return nil
	}
	switch prefix {
	case "leaky_relu(":
		return NewLeakyReLU(param)
	case "elu(":
		return NewELU(param)
	case "celu(":
		return NewCELU(param)
	}
	rest, two := strings.CutSuffix(prefix, ",")
	prefix, first, ok := cutParameter(rest + ")")
	switch {
	case !two || !ok:
	case prefix == "hard_sigmoid(":
		return NewHardSigmoid(first, param)
	case prefix == "hard_tanh(":
		return NewHardTanh(first, param)
	}
	return nil
}

// nameWith returns name, followed by param unless param is the usual value.
func nameWith(name string, param, usual float64) string {
	if param == usual {
		return name
	}
	return fmt.Sprintf("%s(%v)", name, param)
}

// checkApply panics unless the arguments of Apply have the same length.
func checkApply(y, z []float64) { checkLength("Apply", "y", y, "z", z) }

// checkBackprop panics unless the arguments of Backprop have the same length.
func checkBackprop(dz, dy, z, y []float64) {
	checkLength("Backprop", "dz", dz, "z", z)
	checkLength("Backprop", "dy", dy, "z", z)
	checkLength("Backprop", "y", y, "z", z)
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

// backpropRows turns dy into ∂L/∂z, row by row.
func backpropRows(act Activation, dy, z, y *mat.Dense) {
	for i := range dy.RawMatrix().Rows {
		row := dy.RawRowView(i)
		act.Backprop(row, row, z.RawRowView(i), y.RawRowView(i))
	}
}

// blockLen is the length of the buffers in which activations hold the results
// of the kernels, one block of elements at a time. It is small enough for the
// stack.
const blockLen = 64

type identity struct{}

func (identity) Name() string { return "identity" }

func (identity) Apply(y, z []float64) {
	checkApply(y, z)
	copy(y, z)
}

func (identity) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	copy(dz, dy)
}

// minSharedEntries is the number of entries from which applying an activation
// on several cores pays off.
const minSharedEntries = 1 << 15

// activationWork is the kernel.Work of an element-wise activation; it runs
// forward if dy is nil.
type activationWork struct {
	act          Activation
	dz, dy, z, y []float64
}

// apply stores f(z) in y.
func (t *activationWork) apply(team *kernel.Team, y, z []float64) {
	if len(z) < minSharedEntries {
		t.act.Apply(y, z)
		return
	}
	t.y, t.z = y, z
	t.share(team)
}

// backprop stores Jᵀ·dy in dz.
func (t *activationWork) backprop(team *kernel.Team, dz, dy, z, y []float64) {
	if len(z) < minSharedEntries {
		t.act.Backprop(dz, dy, z, y)
		return
	}
	t.dz, t.dy, t.z, t.y = dz, dy, z, y
	t.share(team)
}

// applyAll is apply for matrices without gaps, row by row where f needs that.
func (t *activationWork) applyAll(team *kernel.Team, y, z blas64.General) {
	switch t.act.(type) {
	case softmax:
		kernel.SoftmaxRows(y.Data, z.Data, z.Cols)
		return
	case RowActivation:
	default:
		t.apply(team, y.Data, z.Data)
		return
	}
	for lo := 0; lo < len(z.Data); lo += z.Cols {
		t.act.Apply(y.Data[lo:][:z.Cols], z.Data[lo:][:z.Cols])
	}
}

// backpropAll turns dy into Jᵀ·dy, for matrices like those of applyAll.
func (t *activationWork) backpropAll(team *kernel.Team, dy, z, y blas64.General) {
	if _, ok := t.act.(RowActivation); !ok {
		t.backprop(team, dy.Data, dy.Data, z.Data, y.Data)
		return
	}
	for lo := 0; lo < len(z.Data); lo += z.Cols {
		d := dy.Data[lo:][:z.Cols]
		t.act.Backprop(d, d, z.Data[lo:][:z.Cols], y.Data[lo:][:z.Cols])
	}
}

func (t *activationWork) share(team *kernel.Team) {
	const grain = 1 << 10
	team.Split(len(t.z), grain, t)
	t.dz, t.dy, t.z, t.y = nil, nil, nil, nil
}

// Run implements kernel.Work.
func (t *activationWork) Run(lo, hi int) {
	if t.dy == nil {
		t.act.Apply(t.y[lo:hi], t.z[lo:hi])
	} else {
		t.act.Backprop(t.dz[lo:hi], t.dy[lo:hi], t.z[lo:hi], t.y[lo:hi])
	}
}

package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// A Loss measures how far the outputs ŷ of a network are from the targets y.
// Implementations are stateless, so one value serves any number of networks and
// goroutines.
//
// In the formulas of the losses of this package, n is the number of rows and k
// the number of columns; Σ sums over all entries.
//
// mlptest.CheckLoss checks an implementation.
type Loss interface {
	// Name returns a stable identifier in snake case, such as
	// "mean_squared_error".
	Name() string

	// Task determines which network Model builds for the loss, and thereby
	// which targets Fit accepts.
	Task() Task

	// Eval returns the mean loss and, if grad is not nil, stores in grad the
	// exact derivative of that mean with respect to yhat. All three matrices
	// are n×k and do not overlap. Eval panics with a *ShapeError for other
	// shapes and for a nil yhat or y.
	Eval(grad, yhat, y *mat.Dense) float64
}

// A LogitLoss is a Loss that, for some activations, has a simple and stable
// form in terms of their logits z, ŷ = act(z).
type LogitLoss interface {
	Loss

	// Fuses reports whether EvalLogits can replace act followed by Eval.
	Fuses(act Activation) bool

	// EvalLogits returns the mean loss of the outputs act(z) and, if dz is not
	// nil, stores in dz the exact derivative of that mean with respect to z.
	// All three matrices are n×k and do not overlap.
	EvalLogits(dz, z, y *mat.Dense) float64
}

// A CheckedLoss is a Loss that accepts fewer outputs or targets than its Task
// allows.
type CheckedLoss interface {
	Loss

	// CheckOutput returns an error if the loss cannot handle the outputs of a
	// last layer with the given activation, which is nil if unknown. Model
	// calls it.
	CheckOutput(act Activation) error

	// CheckTarget returns an error if the loss cannot handle a row of targets,
	// which are in the units of the outputs. Fit and Evaluate call it for every
	// row. The text of the error continues after "y row 7": "has 0 in column 2,
	// gamma takes numbers above 0".
	CheckTarget(row []float64) error
}

// A Task is the problem that a network solves. It determines what the outputs
// of the last layer mean.
type Task int

const (
	// Binary answers k ≥ 1 questions with 0 or 1. Outputs are the probabilities
	// of 1; targets are n×k, 0 or 1.
	Binary Task = iota + 1

	// Multiclass chooses between k ≥ 2 classes. Outputs are their
	// probabilities; targets are n×k, each row either one-hot, as
	// dataset.OneHot makes it from a label, or the probabilities of the
	// classes.
	Multiclass

	// Regression predicts numbers. Outputs are the predictions; targets are
	// n×k.
	Regression

	// Margin is Binary with margins as outputs instead of probabilities:
	// numbers of any size, of which those of at least 0 mean 1.
	Margin

	// Counting predicts how often something happens. Outputs are the logarithms
	// of the expected counts; targets are n×k numbers of at least 0.
	Counting
)

// String returns "binary", "multiclass", "regression", "margin" or "counting".
func (t Task) String() string {
	names := [...]string{Binary: "binary", Multiclass: "multiclass", Regression: "regression", Margin: "margin", Counting: "counting"}
	if t < Binary || t > Counting {
		return fmt.Sprintf("Task(%d)", int(t))
	}
	return names[t]
}

// losses is the table of losses for lookup by name.
var losses = []Loss{
	BinaryCrossEntropy,
	Focal(2),
	Hinge,
	SquaredHinge,
	CategoricalCrossEntropy,
	KLDivergence,
	MeanSquaredError,
	MeanAbsoluteError,
	Huber(1),
	LogCosh,
	Quantile(0.5),
	Poisson,
}

// regression has what the losses of regressions have in common.
type regression struct{}

func (regression) Task() Task                { return Regression }
func (regression) Fuses(act Activation) bool { return act == Identity }

// lossFamilies is the table for looking up names that end in a parameter.
var lossFamilies = []struct {
	prefix string // the part of the name before the parameter
	loss   func(parameter float64) LogitLoss
}{
	{"focal(", Focal},
	{"huber(", Huber},
	{"quantile(", Quantile},
	{"label_smoothing(binary_cross_entropy,", func(epsilon float64) LogitLoss {
		return LabelSmoothing(BinaryCrossEntropy, epsilon)
	}},
	{"label_smoothing(categorical_cross_entropy,", func(epsilon float64) LogitLoss {
		return LabelSmoothing(CategoricalCrossEntropy, epsilon)
	}},
}

// LossByName returns the loss of this package with the given Name, such as
// "mean_squared_error", "quantile(0.9)" or
// "label_smoothing(categorical_cross_entropy,0.1)". For an unknown name it
// returns an error that lists the valid names; a parameter out of range is an
// error too.
func LossByName(name string) (Loss, error) {
	loss := lossWithParameter(name)
	if loss == nil {
		return byName("LossByName", "loss", losses, name)
	}
	if err := validate(loss); err != nil {
		return nil, fmt.Errorf("mlp: LossByName: %s: %w", name, err)
	}
	return loss, nil
}

// lossWithParameter returns the loss for a name that ends in a parameter, or
// nil for other names.
func lossWithParameter(name string) Loss {
	prefix, param, ok := cutParameter(name)
	if !ok {
		return nil
	}
	for _, family := range lossFamilies {
		if family.prefix == prefix {
			return family.loss(param)
		}
	}
	return nil
}

// entryLoss is the loss of one output ŷ with target y and its derivative with
// respect to ŷ.
type entryLoss func(yhat, y float64) (loss, slope float64)

// checkEval panics unless the shapes of the arguments of Eval or EvalLogits
// match, and returns their size.
func checkEval(grad, yhat, y *mat.Dense) (rows, cols int) {
	if rows, cols = dims(yhat); rows == 0 {
		panic(&ShapeError{Op: "Eval", Subject: "yhat", Unit: "rows", Wanting: "want at least", Want: 1})
	}
	err := sameSize("Eval", "y", y, "yhat", yhat)
	if err == nil && grad != nil {
		err = sameSize("Eval", "grad", grad, "yhat", yhat)
	}
	if err != nil {
		panic(err)
	}
	return rows, cols
}

// sameSize returns a *ShapeError of the call op unless the argument m, which may
// be nil, has the size of the other one.
func sameSize(op, name string, m *mat.Dense, other string, want *mat.Dense) error {
	rows, cols := dims(m)
	wantRows, wantCols := want.Dims()
	if rows != wantRows {
		return &ShapeError{Op: op, Subject: name, Got: rows, Unit: "rows", Wanting: other + " has", Want: wantRows}
	}
	if cols != wantCols {
		return &ShapeError{Op: op, Subject: name, Got: cols, Unit: "columns", Wanting: other + " has", Want: wantCols}
	}
	return nil
}

// meanOverEntries implements Eval for a loss that is the mean of f over all
// entries.
func meanOverEntries(grad, yhat, y *mat.Dense, f entryLoss) float64 {
	n, k := checkEval(grad, yhat, y)
	scale := 1 / float64(n*k)
	p, t := yhat.RawMatrix(), y.RawMatrix() // rows are short where there is one output
	var g blas64.General
	if grad != nil {
		g = grad.RawMatrix()
	}
	sum := 0.0
	for i := range n {
		for j := range k {
			loss, slope := f(p.Data[i*p.Stride+j], t.Data[i*t.Stride+j])
			sum += loss
			if grad != nil {
				g.Data[i*g.Stride+j] = slope * scale
			}
		}
	}
	return sum * scale
}

package mlp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A Loss measures how far the outputs ŷ of a network are from the targets y.
// Implementations keep no state.
//
// mlptest.CheckLoss checks an implementation.
type Loss interface {
	// Name returns a stable identifier in snake case, such as
	// "mean_squared_error".
	Name() string

	// Task says which network Model builds for the loss, and by that which
	// targets Fit takes.
	Task() Task

	// Eval returns the mean loss and, where grad is not nil, stores in grad
	// the exact derivative of that mean by yhat. All three matrices are n×k
	// and do not overlap.
	Eval(grad, yhat, y *mat.Dense) float64
}

// A LogitLoss is a Loss with a simple and stable form in the logits z of some
// activations, ŷ = act(z).
type LogitLoss interface {
	Loss

	// Fuses reports whether EvalLogits stands for Eval after act.
	Fuses(act Activation) bool

	// EvalLogits returns the mean loss of the outputs act(z) and, where dz is
	// not nil, stores in dz the exact derivative of that mean by z. All three
	// matrices are n×k and do not overlap.
	EvalLogits(dz, z, y *mat.Dense) float64
}

// An OutputChecker is a Loss that some outputs make no sense for. Model asks
// it about the last layer.
type OutputChecker interface {
	Loss

	// CheckOutput returns an error if the loss cannot take the outputs of a
	// layer with the given activation, which is nil where it is not known.
	CheckOutput(act Activation) error
}

// A Task is what a network is for.
type Task int

const (
	// Binary is the choice between two classes. Targets are n×1, 0 or 1.
	Binary Task = iota + 1

	// Multiclass is the choice between k ≥ 2 classes. Targets are n×k, each
	// row one-hot or the probabilities of the classes.
	Multiclass

	// Regression predicts numbers. Targets are n×k.
	Regression
)

// String returns "binary", "multiclass" or "regression".
func (t Task) String() string {
	switch t {
	case Binary:
		return "binary"
	case Multiclass:
		return "multiclass"
	case Regression:
		return "regression"
	}
	return fmt.Sprintf("Task(%d)", int(t))
}

// The losses. n is the number of rows, k the number of columns.
var (
	// BinaryCrossEntropy is −Σ [y·log p + (1−y)·log(1−p)]/(n·k), the negative
	// log-likelihood of independent yes-no answers with probabilities p
	// (Goodfellow et al., Deep Learning, section 6.2.2.2). It fuses with
	// Sigmoid. Without fusion, probabilities below 2⁻¹⁰²² count as 2⁻¹⁰²².
	BinaryCrossEntropy LogitLoss = binaryCrossEntropy{}

	// CategoricalCrossEntropy is −Σ y·log p/n, the negative log-likelihood of
	// one answer out of k (Goodfellow et al., Deep Learning, section 6.2.2.3).
	// It fuses with Softmax. Without fusion, probabilities below 2⁻¹⁰²² count
	// as 2⁻¹⁰²².
	CategoricalCrossEntropy LogitLoss = categoricalCrossEntropy{}

	// MeanSquaredError is Σ (ŷ−y)²/(n·k), with gradient 2(ŷ−y)/(n·k).
	MeanSquaredError LogitLoss = meanSquaredError{}
)

// losses is the table for lookup by name.
var losses = []Loss{BinaryCrossEntropy, CategoricalCrossEntropy, MeanSquaredError}

// LossByName returns the loss of this package with the given Name, or an
// error that lists the names.
func LossByName(name string) (Loss, error) {
	return byName("LossByName", "loss", losses, name)
}

// minProb is the smallest probability whose inverse is finite.
const minProb = 0x1p-1022

type binaryCrossEntropy struct{}

func (binaryCrossEntropy) Name() string              { return "binary_cross_entropy" }
func (binaryCrossEntropy) Task() Task                { return Binary }
func (binaryCrossEntropy) Fuses(act Activation) bool { return act == Sigmoid }

func (l binaryCrossEntropy) CheckOutput(act Activation) error {
	if _, ok := act.(RowActivation); ok {
		return fmt.Errorf("%s takes probabilities of single outputs, %s spreads one over the row: use sigmoid", l.Name(), act.Name())
	}
	return checkProbabilities(l, act)
}

func (binaryCrossEntropy) Eval(grad, yhat, y *mat.Dense) float64 {
	n, k := yhat.Dims()
	scale := 1 / float64(n*k)
	sum := 0.0
	for i := range n {
		p, t := yhat.RawRowView(i), y.RawRowView(i)
		for j, p := range p {
			p, q := max(p, minProb), max(1-p, minProb)
			sum -= float64(t[j]*kernel.Log(p)) + float64((1-t[j])*kernel.Log(q))
			if grad != nil {
				grad.RawRowView(i)[j] = ((1-t[j])/q - t[j]/p) * scale
			}
		}
	}
	return sum * scale
}

// EvalLogits uses −[y·log σ(z) + (1−y)·log σ(−z)] = max(z, 0) − y·z + log(1 + exp(−|z|)).
func (binaryCrossEntropy) EvalLogits(dz, z, y *mat.Dense) float64 {
	n, k := z.Dims()
	if dz == nil {
		dz = mat.NewDense(n, k, nil)
	}
	for i := range n {
		d := dz.RawRowView(i)
		for j, v := range z.RawRowView(i) {
			d[j] = -math.Abs(v)
		}
	}
	expRows(dz)
	scale := 1 / float64(n*k)
	sum := 0.0
	for i := range n {
		d, t := dz.RawRowView(i), y.RawRowView(i)
		for j, v := range z.RawRowView(i) {
			e := d[j] // exp(−|z|)
			sum += max(v, 0) - float64(t[j]*v) + kernel.Log1p(e)
			p := 1 / (1 + e)
			if v < 0 {
				p = e / (1 + e)
			}
			d[j] = (p - t[j]) * scale
		}
	}
	return sum * scale
}

// expRows stores exp(m) in m.
func expRows(m *mat.Dense) {
	g := m.RawMatrix()
	if g.Stride == g.Cols {
		kernel.Exp(g.Data, g.Data)
		return
	}
	for i := range g.Rows {
		row := m.RawRowView(i)
		kernel.Exp(row, row)
	}
}

type categoricalCrossEntropy struct{}

func (categoricalCrossEntropy) Name() string              { return "categorical_cross_entropy" }
func (categoricalCrossEntropy) Task() Task                { return Multiclass }
func (categoricalCrossEntropy) Fuses(act Activation) bool { return act == Softmax }

func (l categoricalCrossEntropy) CheckOutput(act Activation) error {
	if _, ok := act.(RowActivation); act != nil && !ok || act == LogSoftmax {
		return fmt.Errorf("%s takes rows of probabilities that sum to one, %s does not give them: use softmax", l.Name(), act.Name())
	}
	return nil
}

func (categoricalCrossEntropy) Eval(grad, yhat, y *mat.Dense) float64 {
	n, _ := yhat.Dims()
	scale := 1 / float64(n)
	sum := 0.0
	for i := range n {
		t := y.RawRowView(i)
		for j, p := range yhat.RawRowView(i) {
			p = max(p, minProb)
			if t[j] != 0 {
				sum -= float64(t[j] * kernel.Log(p))
			}
			if grad != nil {
				grad.RawRowView(i)[j] = -t[j] / p * scale
			}
		}
	}
	return sum * scale
}

// EvalLogits uses log softmax(z)ⱼ = (zⱼ − m) − log Σₖ exp(zₖ − m), m = maxₖ zₖ.
// The derivative of −Σ y·log softmax(z) is softmax(z)·Σy − y.
func (categoricalCrossEntropy) EvalLogits(dz, z, y *mat.Dense) float64 {
	n, k := z.Dims()
	if dz == nil {
		dz = mat.NewDense(n, k, nil)
	}
	scale := 1 / float64(n)
	sum := 0.0
	for i := range n {
		d, t, zi := dz.RawRowView(i), y.RawRowView(i), z.RawRowView(i)
		m := slices.Max(zi)
		for j, v := range zi {
			d[j] = v - m
			if t[j] != 0 { // 0·∞ would be NaN
				sum -= float64(t[j] * d[j])
			}
		}
	}
	expRows(dz)
	for i := range n {
		d, t := dz.RawRowView(i), y.RawRowView(i)
		exps, total := 0.0, 0.0
		for j, v := range d {
			exps += v
			total += t[j]
		}
		sum += float64(total * kernel.Log(exps))
		for j, v := range d {
			d[j] = (float64(v/exps*total) - t[j]) * scale
		}
	}
	return sum * scale
}

type meanSquaredError struct{}

func (meanSquaredError) Name() string              { return "mean_squared_error" }
func (meanSquaredError) Task() Task                { return Regression }
func (meanSquaredError) Fuses(act Activation) bool { return act == Identity }

func (meanSquaredError) Eval(grad, yhat, y *mat.Dense) float64 {
	n, k := yhat.Dims()
	scale := 1 / float64(n*k)
	sum := 0.0
	for i := range n {
		t := y.RawRowView(i)
		for j, v := range yhat.RawRowView(i) {
			d := v - t[j]
			sum += float64(d * d)
			if grad != nil {
				grad.RawRowView(i)[j] = 2 * d * scale
			}
		}
	}
	return sum * scale
}

func (l meanSquaredError) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

// checkProbabilities returns an error if act has values outside [0, 1].
func checkProbabilities(l Loss, act Activation) error {
	if act == nil {
		return nil
	}
	z := []float64{-100, -1, 0, 1, 100}
	y := make([]float64, len(z))
	act.Apply(y, z)
	for i, v := range y {
		if v < 0 || v > 1 {
			return fmt.Errorf("%s takes probabilities, %s(%g) is %g: use sigmoid", l.Name(), act.Name(), z[i], v)
		}
	}
	return nil
}

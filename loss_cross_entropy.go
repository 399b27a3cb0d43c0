package mlp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// BinaryCrossEntropy is −Σ [y·log p + (1−y)·log(1−p)]/(n·k), the negative
// log-likelihood of independent yes-no answers with probabilities p
// (Goodfellow et al., Deep Learning, section 6.2.2.2). It fuses with Sigmoid.
// Without fusion, probabilities below 2⁻¹⁰²² count as 2⁻¹⁰²².
var BinaryCrossEntropy LogitLoss = binaryCrossEntropy{}

// CategoricalCrossEntropy is −Σ y·log p/n, the negative log-likelihood of one
// class out of k (Goodfellow et al., Deep Learning, section 6.2.2.3). It fuses
// with Softmax. Without fusion, probabilities below 2⁻¹⁰²² count as 2⁻¹⁰²². Use
// dataset.OneHot for targets that are labels 0, 1, 2 and so on.
var CategoricalCrossEntropy LogitLoss = categoricalCrossEntropy{}

// minProb is the smallest normal number, whose inverse is finite.
const minProb = 0x1p-1022

type binaryCrossEntropy struct{ smoothing }

func (l binaryCrossEntropy) Name() string            { return l.rename("binary_cross_entropy") }
func (binaryCrossEntropy) Task() Task                { return Binary }
func (binaryCrossEntropy) Fuses(act Activation) bool { return act == Sigmoid }

func (l binaryCrossEntropy) CheckOutput(act Activation) error { return checkProbabilities(l, act) }
func (binaryCrossEntropy) CheckTarget([]float64) error        { return nil }

func (l binaryCrossEntropy) Eval(grad, yhat, y *mat.Dense) float64 {
	keep, share := l.parts(2)
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		p, q := max(yhat, minProb), max(1-yhat, minProb)
		t := float64(keep*y) + share
		return -(float64(t*kernel.Log(p)) + float64((1-t)*kernel.Log(q))), (1-t)/q - t/p
	})
}

// EvalLogits uses −[y·log σ(z) + (1−y)·log σ(−z)] = max(z, 0) − y·z + log(1 + exp(−|z|)).
func (l binaryCrossEntropy) EvalLogits(dz, z, y *mat.Dense) float64 {
	n, k := checkEval(dz, z, y)
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
	keep, share := l.parts(2)
	scale := 1 / float64(n*k)
	sum := 0.0
	for i := range n {
		d, t := dz.RawRowView(i), y.RawRowView(i)
		for j, v := range z.RawRowView(i) {
			e := d[j] // exp(−|z|)
			t := float64(keep*t[j]) + share
			sum += max(v, 0) - float64(t*v) + kernel.Log1p(e)
			p := 1 / (1 + e)
			if v < 0 {
				p = e / (1 + e)
			}
			d[j] = (p - t) * scale
		}
	}
	return sum * scale
}

type categoricalCrossEntropy struct{ smoothing }

func (l categoricalCrossEntropy) Name() string            { return l.rename("categorical_cross_entropy") }
func (categoricalCrossEntropy) Task() Task                { return Multiclass }
func (categoricalCrossEntropy) Fuses(act Activation) bool { return act == Softmax }

func (l categoricalCrossEntropy) CheckOutput(act Activation) error {
	return checkDistributions(l, act)
}

func (categoricalCrossEntropy) CheckTarget([]float64) error { return nil }

func (l categoricalCrossEntropy) Eval(grad, yhat, y *mat.Dense) float64 {
	n, k := checkEval(grad, yhat, y)
	keep, share := l.parts(k)
	scale := 1 / float64(n)
	sum := 0.0
	for i := range n {
		t := y.RawRowView(i)
		for j, p := range yhat.RawRowView(i) {
			p, t := max(p, minProb), float64(keep*t[j])+share
			if t != 0 {
				sum -= float64(t * kernel.Log(p))
			}
			if grad != nil {
				grad.RawRowView(i)[j] = -t / p * scale
			}
		}
	}
	return sum * scale
}

// EvalLogits uses log softmax(z)ⱼ = (zⱼ − m) − log Σₖ exp(zₖ − m), m = maxₖ zₖ.
// The derivative of −Σ y·log softmax(z) is softmax(z)·Σy − y.
func (l categoricalCrossEntropy) EvalLogits(dz, z, y *mat.Dense) float64 {
	n, k := checkEval(dz, z, y)
	if dz == nil {
		dz = mat.NewDense(n, k, nil)
	}
	keep, share := l.parts(k)
	scale := 1 / float64(n)
	sum := 0.0
	for i := range n {
		d, t, zi := dz.RawRowView(i), y.RawRowView(i), z.RawRowView(i)
		m := zi[0]
		for _, v := range zi { // a NaN comes in by exps
			if v > m {
				m = v
			}
		}
		for j, v := range zi {
			d[j] = v - m
			if t := float64(keep*t[j]) + share; t != 0 { // 0·∞ is NaN
				sum -= float64(t * d[j])
			}
		}
	}
	expRows(dz)
	for i := range n {
		d, t := dz.RawRowView(i), y.RawRowView(i)
		exps, total := 0.0, 0.0
		for j, v := range d {
			exps += v
			total += float64(keep*t[j]) + share
		}
		sum += float64(total * kernel.Log(exps))
		ratio := total / exps
		for j, v := range d {
			t := float64(keep*t[j]) + share
			d[j] = (float64(v*ratio) - t) * scale
		}
	}
	return sum * scale
}

// checkProbabilities returns an error if act couples the outputs or has
// values outside [0, 1].
func checkProbabilities(l Loss, act Activation) error {
	if act == nil {
		return nil
	}
	if _, ok := act.(RowActivation); ok {
		return fmt.Errorf("%s takes probabilities of single outputs, %s spreads one over the row: use sigmoid", l.Name(), act.Name())
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

// checkDistributions returns an error if the outputs of act do not sum to one
// over a row.
func checkDistributions(l Loss, act Activation) error {
	if _, ok := act.(RowActivation); act != nil && !ok || act == LogSoftmax {
		return fmt.Errorf("%s takes rows of probabilities that sum to one, %s does not give them: use softmax", l.Name(), act.Name())
	}
	return nil
}

// smoothing is the part of a loss that moves its targets towards the uniform
// distribution. The zero value leaves them unchanged.
type smoothing struct{ epsilon float64 }

// parts returns the factor and the summand that smooth a target, for k classes.
func (s smoothing) parts(k int) (keep, share float64) {
	return 1 - s.epsilon, s.epsilon / float64(k)
}

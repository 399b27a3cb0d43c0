package trust

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
	"example.com/mlp/internal/kernel"
)

// A Platt corrects the probabilities of a choice between two classes by a
// logistic regression on their logits,
//
//	σ(Slope·log(p/(1−p)) + Offset)
//
// (Platt, Probabilistic Outputs for Support Vector Machines, 1999). Slopes in
// (0, 1) move them away from 0 and 1; the offset corrects for a share of class
// 1 that differs from that in training.
type Platt struct {
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`
}

// FitPlatt returns the Platt that makes the targets y most likely, given the
// probabilities p of class 1. Both are n×1, both classes must occur, and p must
// have at least two distinct values. To avoid overconfidence from only a few
// rows, the n₀ zeros count as 1/(n₀+2) and the n₁ ones as (n₁+1)/(n₁+2), as in
// Platt's article and in scikit-learn.
func FitPlatt(y, p mat.Matrix) (Platt, error) {
	const op = "FitPlatt"
	classes, pd, err := judged(op, y, p)
	if err != nil {
		return Platt{}, err
	}
	if _, cols := pd.Dims(); cols != 1 {
		return Platt{}, fmt.Errorf("trust: %s: p has %d columns, want 1", op, cols)
	}
	ones := 0
	for _, class := range classes {
		ones += class
	}
	zeros := len(classes) - ones
	if zeros == 0 || ones == 0 {
		return Platt{}, fmt.Errorf("trust: %s: y has %d rows of class 0 and %d of class 1, want both", op, zeros, ones)
	}
	z := logits(pd)
	if floats.Min(z) == floats.Max(z) {
		return Platt{}, fmt.Errorf("trust: %s: p is %g in all rows, want different ones", op, pd.At(0, 0))
	}
	targets := make([]float64, len(classes))
	for i, class := range classes {
		targets[i] = 1 / float64(zeros+2)
		if class == 1 {
			targets[i] = float64(ones+1) / float64(ones+2)
		}
	}
	return fitLogistic(z, targets, math.Log(float64(ones+1)/float64(zeros+1))), nil
}

// fitLogistic returns the logistic regression of the targets in (0, 1) on z, by
// Newton's method from the slope 0 and the given offset, with steps that are
// halved while the loss would rise.
func fitLogistic(z, targets []float64, offset float64) Platt {
	const rounding = 1e-12 // in the loss
	c := Platt{Offset: offset}
	loss := c.loss(z, targets)
	for range 100 {
		da, db := c.newton(z, targets)
		next, nextLoss := c, math.Inf(1)
		for step := 1.0; step > 1e-10 && !(nextLoss <= loss*(1+rounding)); step /= 2 {
			next = Platt{c.Slope - float64(step*da), c.Offset - float64(step*db)}
			nextLoss = next.loss(z, targets)
		}
		if !(nextLoss <= loss*(1+rounding)) {
			break // z is practically constant
		}
		moved := math.Abs(next.Slope-c.Slope) + math.Abs(next.Offset-c.Offset)
		c, loss = next, nextLoss
		if moved <= 1e-15*(math.Abs(c.Slope)+math.Abs(c.Offset)) {
			break
		}
	}
	return c
}

// newton returns H⁻¹·g for the gradient g and the Hessian H of the loss.
func (c Platt) newton(z, targets []float64) (slope, offset float64) {
	p := c.linear(z)
	kernel.Sigmoid(p, p)
	var g1, g2, h11, h12, h22 compensated.Sum
	for i, v := range z {
		d, w := p[i]-targets[i], p[i]*(1-p[i])
		g1.Add(d * v)
		g2.Add(d)
		h11.Add(w * v * v)
		h12.Add(w * v)
		h22.Add(w)
	}
	a, b, m := h11.Value(), h22.Value(), h12.Value()
	det := float64(a*b) - float64(m*m)
	return (float64(b*g1.Value()) - float64(m*g2.Value())) / det,
		(float64(a*g2.Value()) - float64(m*g1.Value())) / det
}

// linear returns Slope·z + Offset.
func (c Platt) linear(z []float64) []float64 {
	s := make([]float64, len(z))
	for i, v := range z {
		s[i] = float64(c.Slope*v) + c.Offset
	}
	return s
}

// loss returns the cross-entropy of σ(Slope·z + Offset), which for the logit s
// and the target t is max(s, 0) + log(1 + exp(−|s|)) − t·s.
func (c Platt) loss(z, targets []float64) float64 {
	s := c.linear(z)
	e := make([]float64, len(s))
	for i, v := range s {
		e[i] = -math.Abs(v)
	}
	kernel.Exp(e, e)
	var sum compensated.Sum
	for i, v := range s {
		sum.Add(max(v, 0) + kernel.Log1p(e[i]) - float64(targets[i]*v))
	}
	return sum.Value()
}

// logits returns log(p/(1−p)) of a column. 0 and 1 are replaced by the numbers
// at a distance of 2⁻⁵³ from them.
func logits(p *mat.Dense) []float64 {
	z := mat.Col(nil, 0, p)
	for i, v := range z {
		v = min(max(v, 0x1p-53), 1-0x1p-53)
		z[i] = kernel.Log(v / (1 - v))
	}
	return z
}

// Apply returns the corrected n×1 probabilities p.
func (c Platt) Apply(p mat.Matrix) (*mat.Dense, error) {
	const op = "Platt.Apply"
	for _, v := range []float64{c.Slope, c.Offset} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("trust: %s: Slope is %g and Offset %g, want finite numbers", op, c.Slope, c.Offset)
		}
	}
	pd, err := probabilities(op, p)
	if err != nil {
		return nil, err
	}
	rows, cols := pd.Dims()
	if cols != 1 {
		return nil, fmt.Errorf("trust: %s: p has %d columns, want 1", op, cols)
	}
	z := c.linear(logits(pd))
	kernel.Sigmoid(z, z)
	return mat.NewDense(rows, 1, z), nil
}

package mlp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A Regularizer is a penalty on the values of a parameter that is added to the
// loss, both in training and in evaluation.
type Regularizer interface {
	// Penalty returns the penalty on the values w and, if g is not nil, adds
	// its derivative to g. The penalty must be a sum over the elements, because
	// Fit passes a large parameter in pieces, from several goroutines at once.
	Penalty(g, w []float64) float64
}

// A Constraint is a condition on a parameter that is enforced after each step.
type Constraint interface {
	// Project sets w to the nearest matrix that meets the condition.
	Project(w *mat.Dense)
}

// WithL1 adds λ·Σ|w|, taken over the weights but not the biases, to the loss,
// which makes many weights small. Its derivative at 0 is 0.
func WithL1(lambda float64) DenseOption {
	return func(d *dense) error {
		d.penalty.l1 = lambda
		return checkStrength("WithL1", lambda)
	}
}

// WithL2 adds λ·Σw², taken over the weights but not the biases, to the loss (as
// in Keras; scikit-learn's alpha corresponds to λ = alpha/2n). It keeps all
// weights small.
func WithL2(lambda float64) DenseOption {
	return func(d *dense) error {
		d.penalty.l2 = lambda
		return checkStrength("WithL2", lambda)
	}
}

// WithMaxNorm limits the Euclidean norm of the weights into each unit, a column
// of W, to c: a column that exceeds it is scaled back after the step
// (Srivastava et al., 2014, section 5.1).
func WithMaxNorm(c float64) DenseOption {
	return func(d *dense) error {
		d.constraint = maxNorm(c)
		if !(c > 0) || math.IsInf(c, 1) {
			return fmt.Errorf("WithMaxNorm(%g), want a finite number above 0", c)
		}
		return nil
	}
}

func checkStrength(option string, lambda float64) error {
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return fmt.Errorf("%s(%g), want a finite number of at least 0", option, lambda)
	}
	return nil
}

// elasticNet is the penalty l1·Σ|w| + l2·Σw².
type elasticNet struct{ l1, l2 float64 }

func (p elasticNet) Penalty(g, w []float64) float64 {
	sum := 0.0
	if p.l1 != 0 {
		for i, v := range w {
			sum += math.Abs(v)
			if g != nil && v != 0 {
				g[i] += math.Copysign(p.l1, v)
			}
		}
		sum *= p.l1
	}
	if p.l2 != 0 {
		sum += float64(p.l2 * kernel.SumSquares(w))
		if g != nil {
			kernel.Axpy(g, 2*p.l2, w)
		}
	}
	return sum
}

// maxNorm bounds the norms of the columns.
type maxNorm float64

func (c maxNorm) Project(w *mat.Dense) {
	rows, cols := dims(w)
	for j := range cols {
		squares := 0.0
		for i := range rows {
			v := w.At(i, j)
			squares += float64(v * v)
		}
		norm := math.Sqrt(squares)
		if norm <= float64(c) {
			continue
		}
		scale := float64(c) / norm
		for i := range rows {
			w.Set(i, j, w.At(i, j)*scale)
		}
	}
}

package mlp

import (
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// checkLimit returns an error unless the limit of a clipping option is valid.
func checkLimit(option string, limit float64) error {
	if !(limit >= 0) || math.IsInf(limit, 1) {
		return fmt.Errorf("%s is %g, want a finite number above 0 (or 0 for no limit)", option, limit)
	}
	return nil
}

// newValueClipper returns the stage that limits every entry of the gradients to
// ±limit.
func newValueClipper(limit float64) stage {
	return onEach(func(l *leaf) {
		for i, v := range l.grad {
			l.grad[i] = max(-limit, min(limit, v))
		}
	})
}

// normClipper limits the Euclidean norm of all gradients together, by a common
// factor (Pascanu et al., 2013).
type normClipper struct {
	limit float64
	found float64 // the norm before the last clipping
	scale float64
	do    func(l *leaf)
}

func newNormClipper(limit float64) *normClipper {
	c := &normClipper{limit: limit}
	c.do = func(l *leaf) { kernel.Scale(l.grad, c.scale) }
	return c
}

func (c *normClipper) apply(ls *leaves) {
	if c.found = ls.gradNorm(); c.found > c.limit {
		c.scale = c.limit / c.found
		ls.each(c.do)
	}
}

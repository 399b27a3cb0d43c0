package mlp

import (
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// clipper limits the gradients before a step.
type clipper struct {
	norm, value float64 // limits; 0 for none
	found       float64 // norm before the last clipping by it
	scale       float64
	scaleGrad   func(p *param)
	clampGrad   func(p *param)
}

func newClipper(norm, value float64) *clipper {
	c := &clipper{norm: norm, value: value}
	c.scaleGrad = func(p *param) { kernel.Scale(p.grad, c.scale) }
	c.clampGrad = func(p *param) {
		for i, v := range p.grad {
			p.grad[i] = max(-c.value, min(c.value, v))
		}
	}
	return c
}

// checkLimit returns an error unless an option is a limit of a clipper.
func checkLimit(option string, limit float64) error {
	if !(limit >= 0) || math.IsInf(limit, 1) {
		return fmt.Errorf("%s is %g, want a finite number above 0 (or 0 for no limit)", option, limit)
	}
	return nil
}

// clip limits every entry of the gradients to ±value, then the Euclidean norm
// of all of them together to norm, by a common factor (Pascanu et al., 2013).
func (c *clipper) clip(ps *parameters, team *kernel.Team) {
	if c.value > 0 {
		ps.each(team, c.clampGrad)
	}
	if c.norm > 0 {
		if c.found = ps.gradNorm(team); c.found > c.norm {
			c.scale = c.norm / c.found
			ps.each(team, c.scaleGrad)
		}
	}
}

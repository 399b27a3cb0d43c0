package mlp

import (
	"fmt"
	"slices"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/quote"
)

// newWeightDecay returns the stage that shrinks the weights before they move,
// w ← w·(1 − η·λ); see FitOptions.WeightDecay.
func newWeightDecay(p *pace) stage {
	return onEach(func(l *leaf) {
		if l.decay != 0 {
			shrink := l.rule.Rate() * (p.rate * l.rate) * (p.decay * l.decay)
			if l.direct != nil {
				kernel.Axpy32(l.single.value, -shrink, l.single.value) // 1 − shrink would be rounded to 1
			} else {
				kernel.Scale(l.value, 1-float64(shrink))
			}
		}
	})
}

// checkDecay returns an error if the weight decay would turn the weights around.
func (l *leaf) checkDecay() error {
	if l.rule == nil {
		return nil
	}
	if rate := l.rule.Rate() * l.rate; rate*l.decay > 1 {
		return fmt.Errorf("parameter %s: a WeightDecay of %g times the learning rate %g is above 1, want less", quote.Text(l.name), l.decay, rate)
	}
	return nil
}

// decays reports whether any parameter has a weight decay.
func decays(ls *leaves) bool {
	return slices.ContainsFunc(ls.whole, func(l leaf) bool { return l.decay != 0 })
}

// decaysByItself reports whether a rule has a weight decay of its own.
func decaysByItself(r Optimizer) bool {
	d, ok := r.(interface{ decays() bool })
	return ok && d.decays()
}

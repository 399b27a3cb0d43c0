package mlp

import "example.com/mlp/internal/kernel"

// accumulator takes the means of the gradients and losses of the batches that
// make a step together, each batch by its weight.
type accumulator struct {
	batches int     // that make a step
	n       int     // so far
	rows    int     // of these
	weight  float64 // of these
	loss    float64 // mean of these
	share   float64 // of the last batch in the means
	mix     func(p *param)
}

func newAccumulator(batches int) *accumulator {
	a := &accumulator{batches: batches}
	a.mix = func(p *param) {
		for i, g := range p.grad {
			p.mean[i] = runningMean(1-a.share, p.mean[i], g)
		}
	}
	return a
}

// reset forgets the batches so far.
func (a *accumulator) reset() { a.n, a.rows, a.weight = 0, 0, 0 }

// add takes in a batch. It reports whether there are enough for a step.
func (a *accumulator) add(ps *parameters, team *kernel.Team, rows int, loss, weight float64) (full bool) {
	a.n++
	a.rows += rows
	a.weight += weight
	switch {
	case a.n > 1:
		a.share = 0
		if a.weight > 0 {
			a.share = weight / a.weight
		}
		a.loss = runningMean(1-a.share, a.loss, loss)
		ps.each(team, a.mix)
	case a.batches > 1:
		a.loss = loss
		ps.each(team, func(p *param) { copy(p.mean, p.grad) })
	default:
		a.loss = loss
	}
	return a.n == a.batches
}

// finish makes the gradients their means.
func (a *accumulator) finish(ps *parameters, team *kernel.Team) {
	if a.n > 1 {
		ps.each(team, takeMean)
	}
}

func takeMean(p *param) { copy(p.grad, p.mean) }

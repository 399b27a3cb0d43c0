package mlp

// accumulator computes the means of the gradients of the batches of a step,
// each batch weighted by its weight. It is the stage of the step that replaces
// the gradients of the last batch with them.
type accumulator struct {
	batches int     // per step, at least 2
	share   float64 // of the last batch in the means
	tally   *tally
	mix     func(l *leaf)
}

func newAccumulator(batches int, t *tally) *accumulator {
	a := &accumulator{batches: batches, tally: t}
	a.mix = func(l *leaf) {
		for i, g := range l.grad {
			l.mean[i] = runningMean(1-a.share, l.mean[i], g)
		}
	}
	return a
}

// add adds a batch and reports whether there are enough for a step.
func (a *accumulator) add(ls *leaves, rows int, loss, weight float64) (full bool) {
	t := a.tally
	t.batches++
	t.rows += rows
	t.weight += weight
	if t.batches == 1 {
		t.loss = loss
		ls.each(func(l *leaf) { copy(l.mean, l.grad) })
		return false
	}
	a.share = 0
	if t.weight > 0 {
		a.share = weight / t.weight
	}
	t.loss = runningMean(1-a.share, t.loss, loss)
	ls.each(a.mix)
	return t.batches == a.batches
}

func (a *accumulator) apply(ls *leaves) {
	if a.tally.batches > 1 {
		ls.each(func(l *leaf) { copy(l.grad, l.mean) })
	}
}

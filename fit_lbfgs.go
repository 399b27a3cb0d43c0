package mlp

import (
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// minimization trains a loop by LBFGS.
type minimization struct {
	*loop
	method    LBFGS
	minimizer *minimizer // nil before it has begun
}

// iterate trains for an epoch, which is one iteration.
func (m *minimization) iterate(ctx context.Context, epoch int) error {
	m.batch = Batch{Epoch: epoch, Step: 1}
	f := m.objective(ctx)
	if m.minimizer == nil {
		if err := m.start(f); err != nil {
			return err
		}
	}
	defer func() { m.leaves.setValues(m.minimizer.x) }()
	if err := m.minimizer.iterate(f); err != nil {
		return err
	}
	m.sum.loss, m.sum.weight = m.minimizer.loss, 1
	return nil
}

// objective returns the loss of all rows as a function of the weights. It is
// infinite where the loss or its gradient is not finite.
func (m *minimization) objective(ctx context.Context) objective {
	return func(g, x []float64) (loss float64, err error) {
		if err := ctx.Err(); err != nil {
			return 0, fmt.Errorf("mlp: Fit: epoch %d: %w", m.batch.Epoch, err)
		}
		m.leaves.setValues(x)
		m.scorer.reset()
		err = m.data.each(m.batch.Epoch, m.rng, func(b *batch) error {
			loss, _ = m.gradient(b)
			m.meter.Step(b.rows())
			return nil
		})
		m.leaves.copyGrads(g)
		if !finite(loss) || !kernel.AllFinite(g) {
			loss = math.Inf(1)
			m.leaves.restoreStill()
		}
		return loss, err
	}
}

// start creates the minimizer at the current weights of the network.
func (m *minimization) start(f objective) error {
	min := newMinimizer(m.method, m.leaves.size)
	m.leaves.copyValues(min.x)
	before := *m.pcg
	var err error
	if min.loss, err = f(min.g, min.x); err != nil {
		return err
	}
	if *m.pcg != before {
		*m.pcg, m.lost = before, true
		return errors.New("mlp: Fit: LBFGS: a layer draws random numbers, as Dropout does; the loss must be a function of the weights")
	}
	if !finite(min.loss) {
		return m.diverged(m.batch.Epoch, m.batch.Step, min.loss)
	}
	m.minimizer = min
	return nil
}

package mlp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gonum.org/v1/gonum/mat"
)

// run is one run of Fit or FitBatches.
type run struct {
	*trainer
	data       source
	validation *Dataset // checked; nil without validation data
	epochSteps int      // steps in an epoch, 0 before they are known
	batch      Batch    // for callbacks
}

// fit trains on the data with checked options.
func (n *network) fit(ctx context.Context, data source, validation *Dataset, opts FitOptions) (*History, error) {
	rows, batches, largest := data.size()
	t, err := newTrainer(n, opts, largest)
	defer t.team.Close()
	if err != nil {
		return nil, err
	}
	t.setScorer(data.targets())
	r := &run{trainer: t, data: data, validation: validation, epochSteps: (batches + opts.AccumulateSteps - 1) / opts.AccumulateSteps}
	if err := r.checkResume(); err != nil {
		return nil, err
	}
	h := &History{}
	defer callbacks(opts.Callbacks).fitEnd(h)
	err = r.epochs(ctx, h, &Run{Network: n.head, Rows: rows, Epochs: opts.Epochs, Steps: r.epochSteps})
	if errors.Is(err, ErrStop) {
		h.Stopped, err = err, nil
	}
	return h, err
}

// epochs trains until the epochs are done or something ends the run.
func (r *run) epochs(ctx context.Context, h *History, info *Run) error {
	cs := callbacks(r.opts.Callbacks)
	if err := cs.fitBegin(info); err != nil {
		return callbackError(err)
	}
	if err := r.resume(h); err != nil {
		return err
	}
	for number := len(h.Epochs) + 1; number <= r.opts.Epochs; number++ {
		start := time.Now()
		e := Epoch{Number: number}
		if err := r.epoch(ctx, &e); err != nil {
			return err
		}
		e.Duration = time.Since(start)
		h.Epochs = append(h.Epochs, e)
		if err := cs.epochEnd(&h.Epochs[len(h.Epochs)-1]); err != nil {
			return callbackError(err)
		}
		if err := cs.checkpoint(number, func() (*TrainingState, error) { return r.state(h) }); err != nil {
			return callbackError(err)
		}
	}
	return nil
}

func callbackError(err error) error {
	return fmt.Errorf("mlp: Fit: callback: %w", err)
}

// epoch trains on all rows once, then validates, and fills in e.
func (r *run) epoch(ctx context.Context, e *Epoch) error {
	r.begin()
	defer r.end()
	sum, err := r.batches(ctx, e.Number)
	if err != nil {
		return err
	}
	e.Train.Score = r.scorer.score()
	if sum.weight > 0 {
		e.Train.Loss = sum.loss / sum.weight
	}
	e.GradientNorm = r.gradNorm()
	if o, ok := r.opts.Optimizer.(RatedOptimizer); ok {
		e.LearningRate = o.Rate() * r.scale
	}
	r.epochSteps = sum.steps
	return r.validate(e)
}

// totals are the sums over the steps of an epoch.
type totals struct {
	steps        int
	loss, weight float64
}

// batches trains on the batches of an epoch.
func (r *run) batches(ctx context.Context, epoch int) (sum totals, err error) {
	r.scorer.reset()
	r.accumulator.reset()
	for b, err := range r.data.epoch(epoch) {
		if err == nil && ctx.Err() != nil {
			err = fmt.Errorf("mlp: Fit: epoch %d: %w", epoch, ctx.Err())
		}
		if err != nil {
			return sum, err
		}
		r.grow(b.rows())
		r.scale = r.scaleAt(epoch, sum.steps+1)
		loss, stepped := r.train(b)
		if !finite(loss) {
			return sum, r.diverged(epoch, sum.steps+1, loss)
		}
		if !stepped {
			continue
		}
		if err := r.stepEnd(&sum, epoch); err != nil {
			return sum, err
		}
	}
	if r.accumulator.n > 0 {
		r.step()
		if err := r.stepEnd(&sum, epoch); err != nil {
			return sum, err
		}
	}
	if r.params.notFinite(r.team) >= 0 {
		return sum, r.diverged(epoch, sum.steps, r.accumulator.loss)
	}
	return sum, nil
}

// stepEnd adds up a step, tells the callbacks of it and makes ready for the
// next.
func (r *run) stepEnd(sum *totals, epoch int) error {
	a := r.accumulator
	sum.steps++
	sum.loss += float64(a.loss * a.weight)
	sum.weight += a.weight
	r.batch = Batch{Epoch: epoch, Step: sum.steps, Rows: a.rows, Loss: a.loss}
	a.reset()
	if err := callbacks(r.opts.Callbacks).batchEnd(&r.batch); err != nil {
		return callbackError(err)
	}
	return nil
}

// validate evaluates the network on the validation data, if there is any, and
// completes the epoch.
func (r *run) validate(e *Epoch) error {
	r.average.show(r.params, r.team)
	if v := r.validation; v != nil {
		scores, _ := r.net.evaluate(v.X.(*mat.Dense), v.Y.(*mat.Dense)) // which have been checked
		if !finite(scores.Loss) {
			return r.diverged(e.Number, r.epochSteps, scores.Loss)
		}
		e.Validation = &scores
	}
	r.whole = true
	return nil
}

// scaleAt returns the factor of the learning rate for a step of an epoch.
func (r *run) scaleAt(epoch, step int) float64 {
	if r.opts.Schedule == nil {
		return 1
	}
	share := 0.5
	if r.epochSteps > 0 {
		share = min(float64(step-1)/float64(r.epochSteps), 1)
	}
	return r.opts.Schedule.Scale(float64(epoch-1) + share)
}

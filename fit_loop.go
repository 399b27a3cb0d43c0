package mlp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"
)

// run is one run of Fit or FitBatches.
type run struct {
	*stepper
	data       source
	validation *Dataset                       // checked; nil without validation data
	epochSteps int                            // steps in an epoch, 0 before they are known
	minimizer  *minimizer                     // nil before LBFGS has begun
	batch      Batch                          // the last step, for callbacks
	sum        struct{ loss, weight float64 } // over the steps of the epoch
}

// fit is the call op, which trains on the data with checked options.
func (n *network) fit(ctx context.Context, op string, data source, validation *Dataset, opts FitOptions) (*History, error) {
	rows, batches, largest := data.size()
	s, err := newStepper(op, n, opts, largest)
	if err != nil {
		return nil, err
	}
	defer s.team.Close()
	s.setScorer(data.targets())
	r := &run{stepper: s, data: data, validation: validation, epochSteps: int(math.Ceil(float64(batches) / float64(opts.AccumulateSteps)))}
	if err := r.checkResume(); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	h := &History{}
	if len(opts.Callbacks) > 0 {
		r.params.save(r.team)
		defer r.settle()
	}
	defer callbacks(opts.Callbacks).fitEnd(h)
	err = r.epochs(ctx, h, &Run{Network: n.self, Rows: rows, Epochs: opts.Epochs, Steps: r.epochSteps})
	if errors.Is(err, ErrStop) {
		h.Stopped, err = err, nil
	}
	return h, err
}

// epochs trains until the epochs are done or something ends the run.
func (r *run) epochs(ctx context.Context, h *History, info *Run) error {
	cs := callbacks(r.opts.Callbacks)
	if err := cs.fitBegin(info); err != nil {
		return r.callbackError(err)
	}
	if err := r.checkWeights(); err != nil {
		return err
	}
	if err := r.resume(h, info); err != nil {
		return fmt.Errorf("mlp: %s: %w", r.op, err)
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
			return r.callbackError(err)
		}
		if err := r.checkWeights(); err != nil {
			return err
		}
		if err := r.checkpoint(number, h); err != nil {
			return r.callbackError(err)
		}
	}
	return nil
}

// checkWeights returns an error if a callback has left weights that are not
// finite.
func (r *run) checkWeights() error {
	if len(r.opts.Callbacks) == 0 {
		return nil
	}
	if layer := r.params.notFinite(r.team); layer >= 0 {
		return r.callbackError(fmt.Errorf("it left layer %d with parameters that are %w", layer, ErrNotFinite))
	}
	return nil
}

// settle takes back what a callback has spoilt: where weights are not finite,
// the network gets those from before the last epoch.
func (r *run) settle() {
	if r.params.notFinite(r.team) >= 0 {
		r.params.restore(r.team)
	}
}

func (r *run) callbackError(err error) error {
	return fmt.Errorf("mlp: %s: callback: %w", r.op, err)
}

// epoch trains on all rows once, then validates, and fills in e.
func (r *run) epoch(ctx context.Context, e *Epoch) error {
	r.begin()
	defer r.end()
	var err error
	if r.opts.LBFGS != nil {
		err = r.minimize(ctx, e.Number)
	} else {
		err = r.train(ctx, e.Number)
	}
	if err != nil {
		return err
	}
	if r.params.notFinite(r.team) >= 0 {
		return r.diverged(e.Number, r.batch.Step, r.batch.Loss)
	}
	e.Train.Score = r.scorer.score()
	if r.sum.weight > 0 {
		e.Train.Loss = r.sum.loss / r.sum.weight
	}
	if !finite(e.Train.Loss) { // though each batch had a finite one
		return r.diverged(e.Number, r.batch.Step, e.Train.Loss)
	}
	e.GradientNorm = r.gradNorm()
	if o, ok := r.opts.Optimizer.(RatedOptimizer); ok {
		e.LearningRate = o.Rate() * r.scale
	}
	r.epochSteps = r.batch.Step
	return r.validate(e)
}

// train takes the steps of an epoch.
func (r *run) train(ctx context.Context, epoch int) error {
	r.scorer.reset()
	r.accumulator.reset()
	r.sum.loss, r.sum.weight = 0, 0
	r.batch = Batch{Epoch: epoch}
	err := r.data.each(epoch, func(b *batch) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("mlp: %s: epoch %d: %w", r.op, epoch, err)
		}
		return r.trainOn(b)
	})
	if err == nil && r.accumulator.n > 0 {
		err = r.takeStep()
	}
	return err
}

// trainOn trains on a batch. It takes a step if that completes the batches of
// one.
func (r *run) trainOn(b *batch) error {
	r.grow(b.rows())
	loss, weight := r.gradient(b)
	if !finite(loss) {
		return r.diverged(r.batch.Epoch, r.batch.Step+1, loss)
	}
	if r.accumulator.add(r.params, r.team, b.rows(), loss, weight) {
		return r.takeStep()
	}
	return nil
}

// takeStep takes a step, adds it up and tells the callbacks.
func (r *run) takeStep() error {
	b, a := &r.batch, r.accumulator
	b.Step++
	b.Rows, b.Loss = a.rows, a.loss
	r.scale = r.scaleAt(b.Epoch, b.Step)
	r.step()
	r.sum.loss += float64(a.loss * a.weight)
	r.sum.weight += a.weight
	a.reset()
	if err := callbacks(r.opts.Callbacks).batchEnd(b); err != nil {
		return r.callbackError(err)
	}
	return nil
}

// validate evaluates the network on the validation data, if there is any, and
// completes the epoch.
func (r *run) validate(e *Epoch) error {
	r.average.show(r.params, r.team)
	if v := r.validation; v != nil {
		scores, _ := r.net.evaluate(v.X.(*mat.Dense), v.Y.(*mat.Dense)) // checkValidation makes them dense
		if !finite(scores.Loss) {
			return r.diverged(e.Number, r.epochSteps, scores.Loss)
		}
		e.Validation = &scores
	}
	r.sound = true
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

package mlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"
)

// loop is a training run of Fit or FitBatches.
type loop struct {
	*stepper
	data       source
	validation *Dataset                                   // checked; nil without validation data
	outputs    *mat.Dense                                 // for these after the last epoch
	train      func(ctx context.Context, epoch int) error // for one epoch
	epochSteps int                                        // steps in an epoch, 0 before they are known
	live       bool                                       // whether others may look at the weights between two batches
	followers  []follower
	batch      Batch                          // the last step, for callbacks
	refused    bool                           // the state to resume
	midway     *midway                        // nil if no state within an epoch is taken or resumed
	sum        struct{ loss, weight float64 } // over the steps of the epoch
}

// fit implements the call op: it trains on the data with checked options.
func (n *network) fit(ctx context.Context, op string, data source, validation *Dataset, opts FitOptions) (*History, error) {
	rows, batches, largest := data.size()
	s, err := newStepper(op, n, opts, largest)
	if err != nil {
		return nil, err
	}
	defer s.env.team.Close()
	s.setScorer(data.targets())
	l := &loop{
		stepper:    s,
		data:       data,
		validation: validation,
		epochSteps: cmp.Or(opts.EpochSteps, int(math.Ceil(float64(batches)/float64(opts.AccumulateSteps)))),
		followers:  newFollowers(s),
		midway:     newMidway(&s.opts),
	}
	if data, ok := data.(*stream); ok {
		data.meter = s.meter
	}
	l.train = l.takeSteps
	if method, ok := asLBFGS(opts.Optimizer); ok {
		l.train = (&minimization{loop: l, method: method}).iterate
	}
	if err := cmp.Or(l.checkSource(data), l.checkStatistics(data)); err != nil {
		return nil, err
	}
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	_, inMemory := data.(*table)
	l.live = !inMemory || len(opts.Callbacks) > 0
	l.leaves.restores = l.live || validation != nil
	h := &History{}
	if len(opts.Callbacks) > 0 {
		l.leaves.save()
		defer l.settle(h)
	}
	info := &Run{Network: n.self, Rows: rows, Epochs: opts.Epochs, Steps: l.epochSteps, Validates: validation != nil, Evaluate: l.evaluation(), Metric: l.metrics()}
	var begun callbacks
	defer func() { begun.fitEnd(h) }()
	err = l.callbackError(callbacks(opts.Callbacks).fitBegin(info, &begun))
	if err == nil {
		err = l.epochs(ctx, h)
	}
	if errors.Is(err, ErrStop) {
		h.Stopped, err = stopReason{err}, nil
	}
	return h, err
}

// evaluation returns Run.Evaluate.
func (l *loop) evaluation() func() (Scores, error) {
	t, ok := l.data.(*table)
	if !ok {
		return nil
	}
	return func() (Scores, error) {
		s, _, _ := l.net.evaluate(t.data()) // already checked
		if !finite(s.Loss) {
			return s, fmt.Errorf("the loss on the rows to train on is %g: %w", s.Loss, ErrNotFinite)
		}
		return s, nil
	}
}

// metrics returns Run.Metric.
func (l *loop) metrics() func(m Metric) (float64, error) {
	if l.validation == nil {
		return nil
	}
	return func(m Metric) (float64, error) {
		j := l.net.judged("Run.Metric")
		if l.outputs == nil {
			return 0, errors.New("mlp: Run.Metric: no epoch has ended")
		}
		answers := l.outputs
		if !l.net.decides() {
			answers = mat.DenseCopyOf(answers)
			l.net.end.answer(answers.RawMatrix().Data)
		}
		return m.of(j, l.net.end.restore(l.validation.Y.(*mat.Dense)), answers)
	}
}

// check returns an error for an option that does not fit the network or the
// data.
func (l *loop) check() error {
	switch {
	case l.opts.DropoutSchedule != nil && !l.env.drops:
		return errors.New("DropoutSchedule for a network without Dropout")
	case l.opts.DecaySchedule != nil && !decays(l.leaves):
		return errors.New("DecaySchedule without WeightDecay")
	}
	return cmp.Or(l.checkCheckpoints(), l.checkResume())
}

// epochs trains until all epochs are completed or something ends the run.
func (l *loop) epochs(ctx context.Context, h *History) error {
	if err := l.checkCallbacks(); err != nil {
		return err
	}
	if err := l.resume(h); err != nil {
		return fmt.Errorf("mlp: %s: %w", l.op, err)
	}
	if l.midway != nil {
		l.midway.history = h
	}
	for number := len(h.Epochs) + 1; number <= l.opts.Epochs; number++ {
		start := time.Now()
		e := Epoch{Number: number}
		if err := l.epoch(ctx, &e); err != nil {
			return err
		}
		e.Duration = time.Since(start)
		if l.midway != nil {
			e.Duration += l.midway.endEpoch()
		}
		h.Epochs = append(h.Epochs, e)
		if err := callbacks(l.opts.Callbacks).epochEnd(&h.Epochs[len(h.Epochs)-1]); err != nil {
			return l.callbackError(err)
		}
		if err := l.checkCallbacks(); err != nil {
			return err
		}
		if err := l.checkpoint(number, h); err != nil {
			return l.callbackError(err)
		}
	}
	return nil
}

// checkCallbacks returns an error if a callback has left weights that are not
// finite, or in another shape.
func (l *loop) checkCallbacks() error {
	if len(l.opts.Callbacks) == 0 {
		return nil
	}
	if err := l.net.checkParams(); err != nil {
		return l.callbackError(err)
	}
	if layer := l.leaves.notFinite(); layer >= 0 {
		return l.callbackError(fmt.Errorf("it left layer %d with parameters that are %w", layer, ErrNotFinite))
	}
	return nil
}

// settle undoes what a callback has spoiled: if weights are not finite, or come
// from a state that has been rejected, it restores the weights from before the
// last epoch.
func (l *loop) settle(h *History) {
	if l.refused {
		*h = History{}
	}
	if l.refused || l.leaves.notFinite() >= 0 {
		l.leaves.restore()
	}
}

// callbackError returns the error of a run that a callback ends, or nil for nil.
func (l *loop) callbackError(err error) error {
	if err == nil || errors.Is(err, ErrStop) {
		return err // not a failure, so the call need not be named
	}
	return fmt.Errorf("mlp: %s: callback: %w", l.op, err)
}

// epoch trains on all rows once, then validates, and fills in e.
func (l *loop) epoch(ctx context.Context, e *Epoch) error {
	l.net.mark(stepping)
	defer l.net.mark(settled)
	l.begin()
	defer l.end()
	if err := l.train(ctx, e.Number); err != nil {
		return cmp.Or(l.takeLastStatistics(), err)
	}
	if l.leaves.notFinite() >= 0 {
		return l.diverged(e.Number, l.batch.Step, l.batch.Loss)
	}
	e.Train.Score = l.scorer.score()
	if l.sum.weight > 0 {
		e.Train.Loss = l.sum.loss / l.sum.weight
	}
	if !finite(e.Train.Loss) { // though each batch had a finite one
		return l.diverged(e.Number, l.batch.Step, e.Train.Loss)
	}
	e.GradientNorm = l.gradNorm()
	if l.midway != nil {
		e.GradientNorm = l.midway.lastNorm(l.batch.Step, e.GradientNorm)
	}
	e.LearningRate = l.opts.Optimizer.Rate() * l.pace.rate
	l.epochSteps = l.batch.Step
	return l.validate(e)
}

// takeSteps takes the steps of an epoch.
func (l *loop) takeSteps(ctx context.Context, epoch int) error {
	l.scorer.reset()
	l.tally = tally{}
	l.sum.loss, l.sum.weight = 0, 0
	l.batch = Batch{Epoch: epoch}
	train := l.trainOn
	if l.midway != nil {
		if err := l.midway.beginEpoch(l.pcg); err != nil {
			return err
		}
		train = l.trainMidway
	}
	err := l.data.each(epoch, l.rng, func(b *batch) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("mlp: %s: epoch %d: %w", l.op, epoch, err)
		}
		return train(b)
	})
	if err == nil && l.tally.batches > 0 {
		err = l.takeStep()
	}
	if err == nil && l.midway != nil {
		err = l.checkReached()
	}
	if want := l.opts.EpochSteps; err == nil && want > 0 && l.batch.Step != want {
		err = fmt.Errorf("mlp: %s: epoch %d has %d steps, EpochSteps is %d", l.op, epoch, l.batch.Step, want)
	}
	return err
}

// trainOn trains on a batch and takes a step if the batch completes one.
func (l *loop) trainOn(b *batch) error {
	if b.rows() < l.leastRows {
		return l.checkRows(b.rows())
	}
	if l.tally.batches == 0 {
		if want := l.opts.EpochSteps; want > 0 && l.batch.Step == want {
			return fmt.Errorf("mlp: %s: epoch %d has more steps than %d, which EpochSteps is", l.op, l.batch.Epoch, want)
		}
		if err := l.setPace(); err != nil {
			return err
		}
	}
	l.grow(b.rows())
	if l.live {
		l.leaves.load()
	}
	loss, weight := l.gradient(b)
	if !finite(loss) {
		return l.diverged(l.batch.Epoch, l.batch.Step+1, loss)
	}
	if l.add(b.rows(), loss, weight) {
		return l.takeStep()
	}
	return nil
}

// takeStep takes a step, adds its loss to the epoch's and notifies the
// callbacks.
func (l *loop) takeStep() error {
	b := &l.batch
	b.Step++
	b.Rows, b.Loss = l.tally.rows, l.tally.loss
	l.sum.loss += float64(l.tally.loss * l.tally.weight)
	l.sum.weight += l.tally.weight
	l.step()
	if l.live {
		l.leaves.publish()
	}
	if len(l.opts.Callbacks) == 0 {
		return nil
	}
	l.meter.Pause()
	defer l.meter.Resume()
	l.net.mark(settled)
	defer l.net.mark(stepping)
	if err := callbacks(l.opts.Callbacks).batchEnd(b); err != nil {
		return l.callbackError(err)
	}
	return l.callbackError(l.checkpointStep())
}

// A follower is a factor that follows a schedule.
type follower struct {
	factor   *float64
	option   string // the schedule's name
	schedule Schedule
	largest  float64
	want     string // what the factor may be
}

// newFollowers returns the factors for which the options have a schedule.
func newFollowers(s *stepper) []follower {
	const nonNegative = "a finite number of at least 0"
	all := []follower{
		{&s.pace.rate, "Schedule", s.opts.Schedule, math.MaxFloat64, nonNegative},
		{&s.pace.decay, "DecaySchedule", s.opts.DecaySchedule, math.MaxFloat64, nonNegative},
		{&s.env.dropout, "DropoutSchedule", s.opts.DropoutSchedule, 1, "a number from 0 to 1"},
	}
	return slices.DeleteFunc(all, func(f follower) bool { return f.schedule == nil })
}

// setPace sets the factors of the next step.
func (l *loop) setPace() error {
	for _, f := range l.followers {
		v := f.schedule.Scale(l.time())
		if !(v >= 0 && v <= f.largest) {
			return fmt.Errorf("mlp: %s: %s is %g in epoch %d, step %d, want %s", l.op, f.option, v, l.batch.Epoch, l.batch.Step+1, f.want)
		}
		*f.factor = v
	}
	return nil
}

// time returns the time from the start of the run to the next step, in epochs.
func (l *loop) time() float64 {
	share := 0.5
	if l.epochSteps > 0 {
		share = min(float64(l.batch.Step)/float64(l.epochSteps), 1)
	}
	return float64(l.batch.Epoch-1) + share
}

// validate evaluates the network on the validation data, if there is any, and
// completes the epoch.
func (l *loop) validate(e *Epoch) error {
	l.meter.Pause()
	l.showAverage(true)
	l.leaves.publish()
	if err := l.takeStatistics(); err != nil {
		return err
	}
	if v := l.validation; v != nil {
		scores, outputs, _ := l.net.evaluate(v.X.(*mat.Dense), v.Y.(*mat.Dense)) // checkValidation makes them dense
		if !finite(scores.Loss) {
			return l.diverged(e.Number, l.epochSteps, scores.Loss)
		}
		e.Validation, l.outputs = &scores, outputs
	}
	l.sound = true
	return nil
}

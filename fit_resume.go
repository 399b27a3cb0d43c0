package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/mlp/internal/quote"
)

// A TrainingState is all that a run needs to go on after an epoch, or after a step
// within one, as if it had not ended there; see FitOptions.Resume. It shares no memory with the run, and
// Fit only reads it.
//
// It does not hold the data and the options. Of the hyper-parameters it has
// the optimizer's name alone.
type TrainingState struct {
	Seed       uint64 // of the network
	RunSeed    uint64 // FitOptions.Seed
	Rows       int    // rows to train on; 0 if FitBatches did not know
	Steps      int    // of the optimizer, in all epochs
	EpochSteps int    // of the optimizer, in the last epoch that has ended; 0 if FitBatches does not know

	Optimizer string       // its name, that of FitOptions
	Epochs    []Epoch      // the epochs so far, as in the History
	Params    []ParamState // of all layers, in the order of the stack and of Layer.Params
	Generator []byte       // state of the random numbers, a rand.PCG
	Callbacks [][]byte     // states of the StatefulCallbacks, in their order; a Schedule comes last
	Partial   []byte       // what was done of an epoch that has not ended; nil after one
}

// A ParamState is the state of a parameter.
type ParamState struct {
	Name    string      // such as "layers.0.weight"
	Value   []float64   // row by row; with an Average, what the steps train
	Average []float64   // see FitOptions.AverageDecay; nil without it
	Slots   [][]float64 // of the optimizer, none for what is not trained

	// Group is the name of the optimizer of its Group where that is another
	// than TrainingState.Optimizer, "fixed" where that keeps it as it is, and
	// else "".
	Group string
}

// checkpoint lets the Checkpointers take the state after an epoch, the last of
// h.
func (l *loop) checkpoint(epoch int, h *History) error {
	for _, c := range l.opts.Callbacks {
		if c, ok := c.(Checkpointer); ok {
			if err := c.Checkpoint(epoch, func() (*TrainingState, error) { return l.state(h) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// state returns the state of the run after the epochs of h.
func (l *loop) state(h *History) (*TrainingState, error) {
	if isLBFGS(l.opts.Optimizer) {
		return nil, errors.New("LBFGS has no state to resume with")
	}
	s := &TrainingState{
		Seed:       l.net.seed,
		RunSeed:    l.opts.Seed,
		Steps:      l.pace.steps,
		EpochSteps: l.epochSteps,
		Optimizer:  l.opts.Optimizer.Name(),
		Epochs:     cloneEpochs(h.Epochs),
	}
	s.Rows, _, _ = l.data.size()
	for i := range l.leaves.whole {
		p := &l.leaves.whole[i]
		ps := ParamState{Name: p.name, Value: slices.Clone(p.value), Group: l.groupName(p)}
		if p.average != nil { // it is shown, in the place of the weights
			ps.Value, ps.Average = slices.Clone(p.average), ps.Value
		}
		ps.Slots = p.slotState()
		s.Params = append(s.Params, ps)
	}
	var err error
	if s.Generator, err = l.pcg.MarshalBinary(); err != nil {
		return nil, err
	}
	for _, c := range callbacks(l.opts.Callbacks).stateful() {
		b, err := c.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("state of %T: %w", c, err)
		}
		s.Callbacks = append(s.Callbacks, b)
	}
	return s, nil
}

// cloneEpochs returns a copy that shares no memory.
func cloneEpochs(epochs []Epoch) []Epoch {
	epochs = slices.Clone(epochs)
	for i := range epochs {
		if v := epochs[i].Validation; v != nil {
			epochs[i].Validation = new(*v)
		}
	}
	return epochs
}

// groupName returns ParamState.Group of a parameter.
func (l *loop) groupName(p *leaf) string {
	switch {
	case p.fixed:
		return "fixed"
	case p.rule == nil || p.rule.Name() == l.opts.Optimizer.Name():
		return ""
	}
	return p.rule.Name()
}

// checkResume returns an error unless the state to resume fits the run.
func (l *loop) checkResume() error {
	s := l.opts.Resume
	if s == nil {
		return nil
	}
	rows, _, _ := l.data.size()
	stateful := callbacks(l.opts.Callbacks).stateful()
	switch {
	case s.Seed != l.net.seed:
		return resumeError(" is of a network with seed %d, this one has %d", s.Seed, l.net.seed)
	case s.RunSeed != l.opts.Seed:
		return resumeError(" is of a run with Seed %d, this one has %d", s.RunSeed, l.opts.Seed)
	case s.Rows != rows:
		return resumeError(" is of training on %d rows, here are %d", s.Rows, rows)
	case s.Optimizer != l.opts.Optimizer.Name():
		return resumeError(" is of optimizer %s, this one is %q", quote.Text(s.Optimizer), l.opts.Optimizer.Name())
	case len(s.Params) != len(l.leaves.whole):
		return resumeError(" is of %d parameters, the network has %d", len(s.Params), len(l.leaves.whole))
	case len(s.Callbacks) != len(stateful):
		return resumeError(" is of %d callbacks with a state, here are %d", len(s.Callbacks), len(stateful))
	}
	var partial *partialEpoch
	if s.Partial != nil {
		var err error
		if partial, err = newPartialEpoch(s.Partial); err != nil {
			return err
		}
		l.midway.resumed, l.midway.generator = partial, s.Generator
	}
	if err := cmp.Or(s.checkEpochs(l.opts.Epochs, partial), s.checkSteps(l.epochSteps, partial)); err != nil {
		return err
	}
	if err := new(rand.PCG).UnmarshalBinary(s.Generator); err != nil {
		return resumeError(": %w", err)
	}
	for i := range s.Params {
		p := &l.leaves.whole[i]
		if err := s.Params[i].check(p); err != nil {
			return err
		}
		if got, want := s.Params[i].Group, l.groupName(p); got != want {
			return resumeError(" is of %q in a group %s, here that is %q", p.name, quote.Text(got), want)
		}
	}
	return nil
}

// checkEpochs returns an error unless the epochs are the first of a run of at
// most this many, with the one that has not ended, if p is not nil.
func (s *TrainingState) checkEpochs(most int, p *partialEpoch) error {
	begun := len(s.Epochs)
	if p != nil {
		begun++
	}
	if begun == 0 {
		return resumeError(" is of no epochs")
	}
	if begun > most {
		return resumeError(" is of %d epochs, Epochs is %d", begun, most)
	}
	for i := range s.Epochs {
		e := &s.Epochs[i]
		switch {
		case e.Number != i+1:
			return resumeError(" is of epoch %d in the place of epoch %d", e.Number, i+1)
		case !finite(e.Train.Loss):
			return resumeError(" is of a loss of %g in epoch %d: %w", e.Train.Loss, i+1, ErrNotFinite)
		case e.Validation != nil && !finite(e.Validation.Loss):
			return resumeError(" is of a validation loss of %g in epoch %d: %w", e.Validation.Loss, i+1, ErrNotFinite)
		case e.Duration < 0:
			return resumeError(" is of %v for epoch %d", e.Duration, i+1)
		}
	}
	return nil
}

// checkSteps returns an error unless the steps are those of the epochs, which
// have the given number each, and of the one that has not ended. The number is 0 if
// they may have different ones.
func (s *TrainingState) checkSteps(each int, p *partialEpoch) error {
	const most = math.MaxInt / 2 // to which more can be added
	epochs, steps := len(s.Epochs), s.Steps
	if s.Steps < 0 || s.EpochSteps < 0 || s.Steps > most {
		return resumeError(" is of %d steps, %d in the last epoch", s.Steps, s.EpochSteps)
	}
	if p != nil {
		if p.Steps > int64(s.Steps) || each > 0 && p.Steps > int64(each) {
			return resumeError(" is of %d steps, %d in an epoch that has not ended, which has %d here", s.Steps, p.Steps, each)
		}
		steps -= int(p.Steps)
	}
	switch {
	case each > 0 && s.EpochSteps != each:
		return resumeError(" is of %d steps in an epoch, the batches here make %d", s.EpochSteps, each)
	case each > 0 && steps/each != epochs, each > 0 && steps%each != 0:
		return resumeError(" is of %d steps, which are not those of %d epochs of %d", steps, epochs, each)
	case epochs == 0 && steps == 0 && s.EpochSteps == each:
	case s.EpochSteps < 1, epochs == 0, steps-s.EpochSteps < epochs-1, epochs == 1 && steps != s.EpochSteps:
		return resumeError(" is of %d steps in %d epochs, %d in the last", steps, epochs, s.EpochSteps)
	}
	return nil
}

// check returns an error unless the state fits a parameter.
func (s *ParamState) check(p *leaf) error {
	switch {
	case s.Name != p.name:
		return resumeError(" is of %s where the network has %q", quote.Text(s.Name), p.name)
	case len(s.Value) != len(p.value):
		return resumeError(" is of %d numbers of %q, the network has %d", len(s.Value), s.Name, len(p.value))
	case len(s.Average) != len(p.average) && (p.trained || s.Average != nil):
		return resumeError(" is of %d averages of %q, AverageDecay wants %d", len(s.Average), s.Name, len(p.average))
	case len(s.Slots) != p.slotCount():
		return resumeError(" is of %d slots of %q, the optimizer has %d", len(s.Slots), s.Name, p.slotCount())
	}
	for i, slot := range s.Slots {
		if len(slot) != len(p.value) {
			return resumeError(" is of %d numbers in slot %d of %q, the parameter has %d", len(slot), i, s.Name, len(p.value))
		}
	}
	for _, values := range [][]float64{s.Value, s.Average} {
		for i, v := range values {
			if !finite(v) {
				return resumeError(": %q has %g in place %d: %w", s.Name, v, i, ErrNotFinite)
			}
		}
	}
	for j, slot := range s.Slots {
		for i, v := range slot {
			if !finite(v) {
				return resumeError(": %q has %g in place %d of slot %d: %w", s.Name, v, i, j, ErrNotFinite)
			}
			if p.direct != nil && float64(float32(v)) != v {
				return resumeError(": %q has %g in place %d of slot %d, which is no float32 like those of the network", s.Name, v, i, j)
			}
		}
	}
	return nil
}

// resumeError returns an error of FitOptions.Resume.
func resumeError(format string, args ...any) error {
	return fmt.Errorf("Resume"+format, args...)
}

// resume puts the state to resume, if there is one, in the place of that at
// the start. checkResume has seen it.
func (l *loop) resume(h *History) error {
	s := l.opts.Resume
	if s == nil {
		return nil
	}
	for i, c := range callbacks(l.opts.Callbacks).stateful() {
		err := c.UnmarshalBinary(s.Callbacks[i])
		if of, ok := c.(interface{ checkEpochs(int) error }); ok && err == nil && ofThisPackage(c) {
			err = of.checkEpochs(len(s.Epochs))
		}
		if err != nil {
			l.refused = true // what callbacks have read is not to be acted on
			return resumeError(": state of %T: %w", c, err)
		}
	}
	generator := s.Generator
	if l.midway != nil && l.midway.resumed != nil {
		generator = l.midway.resumed.start
	}
	if err := l.pcg.UnmarshalBinary(generator); err != nil {
		return resumeError(": %w", err)
	}
	for i, p := range s.Params {
		w := &l.leaves.whole[i]
		copy(w.value, p.Value)
		if w.average != nil && p.Average != nil { // some files have none of statistics
			copy(w.value, p.Average)
			copy(w.average, p.Value)
		}
		w.setSlots(p.Slots)
	}
	l.pace.steps, l.epochSteps = s.Steps, s.EpochSteps
	h.Epochs = cloneEpochs(s.Epochs)
	return nil
}

package mlp

import (
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/matrix"
)

// A Schedule scales the learning rate over the course of a run, or the weight
// decay, or the rates of Dropout layers. The schedules of this package are pure
// functions, except for ReduceOnPlateau. Without a schedule, the rate is
// constant.
//
// Lengths are in epochs and may be fractions.
type Schedule interface {
	// Scale returns the factor, at least 0, at the given time since the start of
	// the run, in epochs: 2.5 is the middle of the third. Anything else ends the
	// run with an error.
	Scale(epoch float64) float64
}

// A RunSchedule is a Schedule that can adapt to the length of the run. Fit
// calls Over at the start and uses the schedule it returns.
type RunSchedule interface {
	Schedule

	// Over returns the schedule for a run of this many epochs.
	Over(epochs float64) Schedule
}

// A ShareSchedule is a RunSchedule given as a function of the share of the run
// that is done: 0 at the first step, and one step short of 1 at the last.
//
//	halves := mlp.ShareSchedule(func(share float64) float64 { return math.Pow(0.5, math.Floor(10*share)) })
type ShareSchedule func(share float64) float64

// Scale takes the share of the run instead of the time, and returns NaN for a
// nil f. The schedule that Over returns takes the time.
func (f ShareSchedule) Scale(share float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return f(share)
}

// Over implements RunSchedule.
func (f ShareSchedule) Over(epochs float64) Schedule { return shareOf{f, epochs} }

// Validate returns an error if f is nil.
func (f ShareSchedule) Validate() error {
	if f == nil {
		return errors.New("ShareSchedule is nil")
	}
	return nil
}

// shareOf is a ShareSchedule over a run.
type shareOf struct {
	f      ShareSchedule
	epochs float64
}

func (s shareOf) Scale(epoch float64) float64 { return s.f.Scale(epoch / s.epochs) }

// over returns s for a run of this many epochs, or nil if s is nil.
func over(s Schedule, epochs int) (Schedule, error) {
	if matrix.IsNil(s) {
		return nil, nil
	}
	r, ok := s.(RunSchedule)
	if !ok {
		return s, nil
	}
	adapted := r.Over(float64(epochs))
	if matrix.IsNil(adapted) {
		return nil, fmt.Errorf("Over of %T returns nil", s)
	}
	return adapted, validate(adapted)
}

// checkSpan returns an error unless v is a length in epochs, or 0 for the
// length of the run.
func checkSpan(field string, v float64) error {
	return checkPositiveOr(field, v, "the whole run")
}

// progress returns the share of a length that has passed, at most 1. It is NaN
// for a length of 0, which stands for the length of the run: Over must fill
// that in first.
func progress(epoch, epochs float64) float64 {
	if epochs == 0 {
		return math.NaN()
	}
	return min(epoch/epochs, 1)
}

// listener returns the Callback among a schedule and its successors, or nil if
// there is none.
func listener(s Schedule) Callback {
	for range maxSchedules {
		if c, ok := s.(Callback); ok {
			return c
		}
		first, ok := s.(interface{ then() Schedule })
		if !ok {
			return nil
		}
		s = first.then()
	}
	return nil
}

// maxSchedules bounds the length of a chain of schedules, because a schedule
// may be its own successor.
const maxSchedules = 100

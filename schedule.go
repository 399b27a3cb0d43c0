package mlp

import (
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/matrix"
)

// A Schedule scales the learning rate in the course of a run, or the weight
// decay, or the rates of Dropout layers. The schedules of this package are pure
// functions, except for ReduceOnPlateau; none of them at all means a constant
// rate.
//
// Lengths are in epochs and may be fractions.
type Schedule interface {
	// Scale returns the factor at a time since the start of the run in epochs:
	// 2.5 is the middle of the third.
	Scale(epoch float64) float64
}

// A RunSchedule is a Schedule that may be as long as the run, whatever that
// is. Fit calls Over at the start and uses what it returns.
type RunSchedule interface {
	Schedule

	// Over returns the schedule for a run of this many epochs.
	Over(epochs float64) Schedule
}

// A ShareSchedule is a RunSchedule as a function of the share of the run that
// is done: 0 at the first step, and at the last one a step short of 1.
//
//	halves := mlp.ShareSchedule(func(share float64) float64 { return math.Pow(0.5, math.Floor(10*share)) })
type ShareSchedule func(share float64) float64

// Scale takes the share of the run instead of the time, and is NaN for a nil f.
// The schedule that Over returns takes the time.
func (f ShareSchedule) Scale(share float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return f(share)
}

// Over implements RunSchedule.
func (f ShareSchedule) Over(epochs float64) Schedule { return shareOf{f, epochs} }

// Validate returns an error for nil.
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

// over returns a schedule for a run of this many epochs, nil for none.
func over(s Schedule, epochs int) Schedule {
	if matrix.IsNil(s) {
		return nil
	}
	if r, ok := s.(RunSchedule); ok {
		return r.Over(float64(epochs))
	}
	return s
}

// checkSpan returns an error unless v is a length in epochs, or 0 for that of
// the run.
func checkSpan(field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return fmt.Errorf("%s is %g, want a finite number above 0 (or 0 for the whole run)", field, v)
	}
	return nil
}

// progress returns the share of a length that is over, at most 1. It is NaN for
// a length of 0, that of the run, which is for Over to give.
func progress(epoch, epochs float64) float64 {
	if epochs == 0 {
		return math.NaN()
	}
	return min(epoch/epochs, 1)
}

// listener returns the Callback among a schedule and those that take over from
// it, nil if there is none.
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

// maxSchedules bounds how many schedules take over from one another, of which
// one may be its own successor.
const maxSchedules = 100

package mlp

import (
	"cmp"
	"fmt"
	"math"
)

// ReduceOnPlateau is a Schedule that reduces the learning rate when the network
// has stopped improving. It is also a Callback, which Fit notifies after each
// epoch; listing it in FitOptions.Callbacks as well is an error.
//
//	mlp.FitOptions{Schedule: &mlp.ReduceOnPlateau{Patience: 5}}
//
// After a Warmup, it counts the epochs of the warmup as well. Inside a schedule
// of another package it is notified only if that schedule is a Callback that
// forwards the calls; otherwise it never reduces the rate.
//
// A ReduceOnPlateau may be used for one run after another, but not for two at
// once.
type ReduceOnPlateau struct {
	// Factor multiplies the rate at each reduction; below 1, and 0 means 0.1.
	Factor float64

	// Patience is the number of epochs without an improvement after which the
	// rate is reduced; 0 means 10.
	Patience int

	// MinDelta is how far the value must fall to count as an improvement.
	MinDelta float64

	// MinScale is the smallest scale, relative to the initial rate; below 1.
	MinScale float64

	// Monitor returns the value to minimize; for a score, which should rise,
	// return -e.Validation.Score. nil means the loss on the validation data or,
	// without validation data, on the training data. A NaN is an error.
	Monitor func(e *Epoch) float64

	serving serving
	begun   bool // whether scale is that of a run
	scale   float64
	best    float64
	since   int // epochs since the best or the last reduction
}

// Validate returns an error for a field out of range.
func (p *ReduceOnPlateau) Validate() error {
	return cmp.Or(
		checkCount("ReduceOnPlateau.Patience", p.Patience),
		checkFraction("ReduceOnPlateau.Factor", p.Factor),
		checkNonNegative("ReduceOnPlateau.MinDelta", p.MinDelta),
		checkFraction("ReduceOnPlateau.MinScale", p.MinScale),
	)
}

// Scale implements Schedule. It is 1 before a run has begun.
func (p *ReduceOnPlateau) Scale(epoch float64) float64 {
	if !p.begun {
		return 1
	}
	return p.scale
}

// FitBegin implements FitBeginner.
func (p *ReduceOnPlateau) FitBegin(*Run) error {
	if err := p.serving.begin("ReduceOnPlateau"); err != nil {
		return err
	}
	p.begun, p.scale, p.best, p.since = true, 1, math.Inf(1), 0
	return nil
}

// EpochEnd implements Callback.
func (p *ReduceOnPlateau) EpochEnd(e *Epoch) error {
	value, err := monitored(p.Monitor, e)
	if err != nil {
		return fmt.Errorf("ReduceOnPlateau: %w", err)
	}
	p.since++
	if value < p.best-p.MinDelta {
		p.best, p.since = value, 0
	}
	if p.since >= cmp.Or(p.Patience, 10) {
		p.scale = max(p.MinScale, p.scale*cmp.Or(p.Factor, 0.1))
		p.since = 0
	}
	return nil
}

// FitEnd implements FitEnder.
func (p *ReduceOnPlateau) FitEnd(*History) { p.serving.end() }

// MarshalBinary returns the scale, the best value and the epochs since, and
// implements StatefulCallback.
func (p *ReduceOnPlateau) MarshalBinary() ([]byte, error) {
	return floatBytes([]float64{p.scale, p.best, float64(p.since)})
}

// UnmarshalBinary implements StatefulCallback.
func (p *ReduceOnPlateau) UnmarshalBinary(b []byte) error {
	values, err := floatsOf(b)
	if err != nil {
		return err
	}
	if len(values) != 3 {
		return fmt.Errorf("%d bytes, want 24", len(b))
	}
	if !(values[0] >= 0 && values[0] <= 1) || math.IsNaN(values[1]) || !(values[2] >= 0 && values[2] < 1<<31) {
		return fmt.Errorf("the scale is %g and the best value %g, %g epochs ago", values[0], values[1], values[2])
	}
	p.scale, p.best, p.since = values[0], values[1], int(values[2])
	return nil
}

// checkEpochs is like that of bestEpoch.
func (p *ReduceOnPlateau) checkEpochs(epochs int) error {
	if p.since > epochs {
		return fmt.Errorf("the best value is of %d epochs ago, after %d", p.since, epochs)
	}
	return nil
}

package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// StepDecay multiplies the rate by a factor every given number of epochs:
//
//	Scale(e) = Factor^⌊e/Every⌋
type StepDecay struct {
	Every  float64 // epochs from one drop to the next
	Factor float64 // at most 1; 0 means 0.1
}

// Validate returns an error for a field out of range.
func (s StepDecay) Validate() error {
	return cmp.Or(
		checkPositive("StepDecay.Every", s.Every),
		checkShare("StepDecay.Factor", s.Factor),
	)
}

// Scale implements Schedule.
func (s StepDecay) Scale(epoch float64) float64 {
	return kernel.Pow(cmp.Or(s.Factor, 0.1), math.Floor(epoch/s.Every))
}

// MultiStepDecay multiplies the rate by a factor at given times:
//
//	Scale(e) = Factor^n    n = number of Milestones up to e
type MultiStepDecay struct {
	Milestones []float64 // in epochs, ascending
	Factor     float64   // at most 1; 0 means 0.1
}

// Validate returns an error for a field out of range.
func (s MultiStepDecay) Validate() error {
	if len(s.Milestones) == 0 {
		return errors.New("MultiStepDecay.Milestones is empty")
	}
	for i, m := range s.Milestones {
		if err := checkPositive(fmt.Sprintf("MultiStepDecay.Milestones[%d]", i), m); err != nil {
			return err
		}
		if i > 0 && m <= s.Milestones[i-1] {
			return fmt.Errorf("MultiStepDecay.Milestones[%d] is %g after %g, want ascending numbers", i, m, s.Milestones[i-1])
		}
	}
	return checkShare("MultiStepDecay.Factor", s.Factor)
}

// Scale implements Schedule.
func (s MultiStepDecay) Scale(epoch float64) float64 {
	scale := 1.0
	for _, m := range s.Milestones {
		if m <= epoch {
			scale *= cmp.Or(s.Factor, 0.1)
		}
	}
	return scale
}

// ExponentialDecay multiplies the rate by a factor per epoch, a little at every
// step:
//
//	Scale(e) = Factor^e
type ExponentialDecay struct {
	Factor float64 // per epoch; above 0
}

// Validate returns an error for a field out of range.
func (s ExponentialDecay) Validate() error {
	return checkPositive("ExponentialDecay.Factor", s.Factor)
}

// Scale implements Schedule.
func (s ExponentialDecay) Scale(epoch float64) float64 {
	return kernel.Pow(s.Factor, epoch)
}

// InverseTimeDecay divides the rate by a number that grows linearly:
//
//	Scale(e) = 1/(1 + Rate·e)
type InverseTimeDecay struct {
	Rate float64 // per epoch; above 0
}

// Validate returns an error for a field out of range.
func (s InverseTimeDecay) Validate() error {
	return checkPositive("InverseTimeDecay.Rate", s.Rate)
}

// Scale implements Schedule.
func (s InverseTimeDecay) Scale(epoch float64) float64 {
	return 1 / (1 + float64(s.Rate*epoch))
}

// PolynomialDecay lowers the rate as a power of the remaining time, linearly
// with the default power:
//
//	Scale(e) = End + (1−End)·(1 − e/Epochs)^Power
//
// After Epochs it stays at End. Scale is NaN without Epochs.
type PolynomialDecay struct {
	Epochs float64 // length of the descent; 0 means the length of the run
	Power  float64 // 0 means 1
	End    float64 // scale at the end, at most 1
}

// Validate returns an error for a field out of range.
func (s PolynomialDecay) Validate() error {
	return cmp.Or(
		checkSpan("PolynomialDecay.Epochs", s.Epochs),
		checkNonNegative("PolynomialDecay.Power", s.Power),
		checkShare("PolynomialDecay.End", s.End),
	)
}

// Scale implements Schedule.
func (s PolynomialDecay) Scale(epoch float64) float64 {
	left := 1 - progress(epoch, s.Epochs)
	return between(s.End, 1, kernel.Pow(left, cmp.Or(s.Power, 1)))
}

// Over implements RunSchedule.
func (s PolynomialDecay) Over(epochs float64) Schedule {
	s.Epochs = cmp.Or(s.Epochs, epochs)
	return s
}

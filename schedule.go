package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/matrix"
)

// A Schedule scales the learning rate in the course of a run. The schedules of
// this package are pure functions, but for ReduceOnPlateau; none of them at all
// means a constant rate.
//
// Lengths are in epochs and may be fractions. As a schedule does not know how
// many epochs a run has, they have no default values.
type Schedule interface {
	// Scale returns the factor of the learning rate at a time since the start
	// of the run in epochs: 2.5 is the middle of the third.
	Scale(epoch float64) float64
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

// StepDecay multiplies the rate by a factor once in a number of epochs:
//
//	Scale(e) = Factor^⌊e/Every⌋
type StepDecay struct {
	Every  float64 // epochs from one drop to the next
	Factor float64 // 0 means 0.1
}

// Validate returns an error for a field out of range.
func (s StepDecay) Validate() error {
	return cmp.Or(
		checkPositive("StepDecay.Every", s.Every),
		checkNonNegative("StepDecay.Factor", s.Factor),
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
	Factor     float64   // 0 means 0.1
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
	return checkNonNegative("MultiStepDecay.Factor", s.Factor)
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

// ExponentialDecay multiplies the rate by a factor in every epoch, little by
// little:
//
//	Scale(e) = Factor^e
type ExponentialDecay struct {
	Factor float64 // of one epoch; above 0
}

// Validate returns an error for a field out of range.
func (s ExponentialDecay) Validate() error {
	return checkPositive("ExponentialDecay.Factor", s.Factor)
}

// Scale implements Schedule.
func (s ExponentialDecay) Scale(epoch float64) float64 {
	return kernel.Pow(s.Factor, epoch)
}

// InverseTimeDecay divides the rate by a number that grows evenly:
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

// PolynomialDecay lets the rate fall along a power of the remaining time, with
// the default power along a straight line:
//
//	Scale(e) = End + (1−End)·(1 − e/Epochs)^Power
//
// After Epochs it stays at End.
type PolynomialDecay struct {
	Epochs float64 // length of the descent
	Power  float64 // 0 means 1
	End    float64 // scale at the end
}

// Validate returns an error for a field out of range.
func (s PolynomialDecay) Validate() error {
	return cmp.Or(
		checkPositive("PolynomialDecay.Epochs", s.Epochs),
		checkNonNegative("PolynomialDecay.Power", s.Power),
		checkNonNegative("PolynomialDecay.End", s.End),
	)
}

// Scale implements Schedule.
func (s PolynomialDecay) Scale(epoch float64) float64 {
	left := 1 - min(epoch/s.Epochs, 1)
	return between(s.End, 1, kernel.Pow(left, cmp.Or(s.Power, 1)))
}

// CosineDecay lets the rate fall along half a wave of the cosine (Loshchilov
// and Hutter, 2017, without restarts):
//
//	Scale(e) = End + (1−End)·(1 + cos(π·e/Epochs))/2
//
// After Epochs it stays at End, where PyTorch's CosineAnnealingLR rises again.
type CosineDecay struct {
	Epochs float64 // length of the descent
	End    float64 // scale at the end
}

// Validate returns an error for a field out of range.
func (s CosineDecay) Validate() error {
	return cmp.Or(
		checkPositive("CosineDecay.Epochs", s.Epochs),
		checkNonNegative("CosineDecay.End", s.End),
	)
}

// Scale implements Schedule.
func (s CosineDecay) Scale(epoch float64) float64 {
	return anneal(1, s.End, epoch/s.Epochs)
}

// CosineRestarts is CosineDecay that begins anew at the end of each period, of
// which each may be longer than the one before (Loshchilov and Hutter, 2017,
// SGDR):
//
//	Scale(e) = End + (1−End)·(1 + cos(π·u/p))/2
//
// where u is the time in the present period and p its length.
type CosineRestarts struct {
	Period float64 // epochs in the first period
	Growth int     // from one period to the next; 0 means 1
	End    float64 // scale at the end of a period
}

// Validate returns an error for a field out of range.
func (s CosineRestarts) Validate() error {
	return cmp.Or(
		checkCount("CosineRestarts.Growth", s.Growth),
		checkPositive("CosineRestarts.Period", s.Period),
		checkNonNegative("CosineRestarts.End", s.End),
	)
}

// Scale implements Schedule.
func (s CosineRestarts) Scale(epoch float64) float64 {
	period := s.Period
	if s.Growth <= 1 || !(period > 0) { // which Validate refuses
		return anneal(1, s.End, math.Mod(epoch, period)/period)
	}
	for epoch >= period {
		epoch -= period
		period *= float64(s.Growth)
	}
	return anneal(1, s.End, epoch/period)
}

// Warmup lets the rate rise along a straight line before another schedule
// begins (Goyal et al., 2017):
//
//	Scale(e) = Start + (1−Start)·e/Epochs    for e < Epochs
//	Scale(e) = Then.Scale(e − Epochs)        from then on
type Warmup struct {
	Epochs float64  // length of the rise
	Start  float64  // scale at the start
	Then   Schedule // nil means constant
}

// Validate returns an error for a field out of range, here or in Then.
func (s Warmup) Validate() error {
	for range maxSchedules {
		if err := cmp.Or(
			checkPositive("Warmup.Epochs", s.Epochs),
			checkNonNegative("Warmup.Start", s.Start),
		); err != nil || matrix.IsNil(s.Then) {
			return err
		}
		switch then := s.Then.(type) {
		case Warmup:
			s = then
		case *Warmup:
			s = *then
		default:
			return validate(then)
		}
	}
	return fmt.Errorf("Warmup: more than %d take over from one another", maxSchedules)
}

// Scale implements Schedule.
func (s Warmup) Scale(epoch float64) float64 {
	switch {
	case epoch < s.Epochs:
		return between(s.Start, 1, epoch/s.Epochs)
	case matrix.IsNil(s.Then):
		return 1
	}
	return s.Then.Scale(epoch - s.Epochs)
}

// then returns the schedule that takes over, nil if there is none.
func (s Warmup) then() Schedule {
	if matrix.IsNil(s.Then) {
		return nil
	}
	return s.Then
}

// OneCycle lets the rate rise to its peak, which is the optimizer's learning
// rate, and fall far below its start, both along half a wave of the cosine
// (Smith and Topin, 2018; the defaults are those of PyTorch's OneCycleLR):
//
//	StartScale → 1           for e < PeakAt·Epochs
//	         1 → EndScale    for e < Epochs
//
// Then it stays at EndScale.
type OneCycle struct {
	Epochs     float64 // length of rise and fall
	PeakAt     float64 // share of the rise, in (0, 1); 0 means 0.3
	StartScale float64 // 0 means 1/25
	EndScale   float64 // 0 means 4e-6, that is StartScale/10⁴
}

// Validate returns an error for a field out of range.
func (s OneCycle) Validate() error {
	return cmp.Or(
		checkPositive("OneCycle.Epochs", s.Epochs),
		checkFraction("OneCycle.PeakAt", s.PeakAt),
		checkNonNegative("OneCycle.StartScale", s.StartScale),
		checkNonNegative("OneCycle.EndScale", s.EndScale),
	)
}

// Scale implements Schedule.
func (s OneCycle) Scale(epoch float64) float64 {
	peak := float64(cmp.Or(s.PeakAt, 0.3) * s.Epochs)
	if epoch < peak {
		return anneal(cmp.Or(s.StartScale, 1.0/25), 1, epoch/peak)
	}
	return anneal(1, cmp.Or(s.EndScale, 4e-6), (epoch-peak)/(s.Epochs-peak))
}

// anneal goes from one number to another along half a wave of the cosine while
// p goes from 0 to 1, and stays there.
func anneal(from, to, p float64) float64 {
	return between(to, from, (1+kernel.CosPi(min(p, 1)))/2)
}

// between goes from one number to another along a straight line while p goes
// from 0 to 1. It returns both exactly, and the same bits on every processor.
func between(from, to, p float64) float64 {
	return float64(from*(1-p)) + float64(to*p)
}

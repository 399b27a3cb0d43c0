package mlp

import (
	"cmp"
	"fmt"
	"math"

	"example.com/mlp/internal/kernel"
)

// CosineDecay lowers the rate along half a period of a cosine (Loshchilov and
// Hutter, 2017, without restarts):
//
//	Scale(e) = End + (1−End)·(1 + cos(π·e/Epochs))/2
//
// After Epochs it stays at End, whereas PyTorch's CosineAnnealingLR rises
// again. Scale is NaN without Epochs.
type CosineDecay struct {
	Epochs float64 // length of the descent; 0 means the length of the run
	End    float64 // scale at the end, at most 1
}

// Validate returns an error for a field out of range.
func (s CosineDecay) Validate() error {
	return cmp.Or(
		checkSpan("CosineDecay.Epochs", s.Epochs),
		checkShare("CosineDecay.End", s.End),
	)
}

// Scale implements Schedule.
func (s CosineDecay) Scale(epoch float64) float64 {
	return anneal(1, s.End, progress(epoch, s.Epochs))
}

// Over implements RunSchedule.
func (s CosineDecay) Over(epochs float64) Schedule {
	s.Epochs = cmp.Or(s.Epochs, epochs)
	return s
}

// CosineRestarts is CosineDecay that restarts at the end of each period; each
// period may be longer than the one before (Loshchilov and Hutter, 2017, SGDR):
//
//	Scale(e) = End + (1−End)·(1 + cos(π·u/p))/2
//
// where u is the time since the start of the current period and p its length.
type CosineRestarts struct {
	Period float64 // epochs in the first period
	Growth int     // factor from one period to the next; 0 means 1
	End    float64 // scale at the end of a period, at most 1
}

// Validate returns an error for a field out of range.
func (s CosineRestarts) Validate() error {
	return cmp.Or(
		checkCount("CosineRestarts.Growth", s.Growth),
		checkPositive("CosineRestarts.Period", s.Period),
		checkShare("CosineRestarts.End", s.End),
	)
}

// Scale implements Schedule.
func (s CosineRestarts) Scale(epoch float64) float64 {
	period := s.Period
	if s.Growth <= 1 || !(period > 0) { // Validate rejects the latter
		return anneal(1, s.End, math.Mod(epoch, period)/period)
	}
	for epoch >= period {
		epoch -= period
		period *= float64(s.Growth)
	}
	return anneal(1, s.End, epoch/period)
}

// OneCycle raises the rate to its peak, which is the optimizer's learning rate,
// and then lowers it far below its start, both along half a period of a cosine
// (Smith and Topin, 2018; the defaults are those of PyTorch's OneCycleLR):
//
//	StartScale → 1           for e < PeakAt·Epochs
//	         1 → EndScale    for e < Epochs
//
// After Epochs it stays at EndScale. Scale is NaN without Epochs.
type OneCycle struct {
	Epochs     float64 // length of rise and fall; 0 means the length of the run
	PeakAt     float64 // share of the rise, in (0, 1); 0 means 0.3
	StartScale float64 // at most 1; 0 means 1/25
	EndScale   float64 // at most 1; 0 means 4e-6, that is StartScale/10⁴
}

// Validate returns an error for a field out of range.
func (s OneCycle) Validate() error {
	return cmp.Or(
		checkSpan("OneCycle.Epochs", s.Epochs),
		checkFraction("OneCycle.PeakAt", s.PeakAt),
		checkShare("OneCycle.StartScale", s.StartScale),
		checkShare("OneCycle.EndScale", s.EndScale),
	)
}

// Scale implements Schedule.
func (s OneCycle) Scale(epoch float64) float64 {
	if s.Epochs == 0 {
		return math.NaN()
	}
	peak := float64(cmp.Or(s.PeakAt, 0.3) * s.Epochs)
	if epoch < peak {
		return anneal(cmp.Or(s.StartScale, 1.0/25), 1, epoch/peak)
	}
	return anneal(1, cmp.Or(s.EndScale, 4e-6), (epoch-peak)/(s.Epochs-peak))
}

// Over implements RunSchedule.
func (s OneCycle) Over(epochs float64) Schedule {
	s.Epochs = cmp.Or(s.Epochs, epochs)
	return s
}

// FlatCosine stays at 1 and then falls along half a period of a cosine
// ("flat_cos" in pytabkit; Holzmüller, Grinsztajn and Steinwart, Better by
// Default, 2024):
//
//	Scale(e) = 1                                           for p = e/Epochs < Flat
//	Scale(e) = End + (1−End)·(1 + cos(π·(p−Flat)/(1−Flat)))/2    from then on
//
// After Epochs it stays at End. Scale is NaN without Epochs.
type FlatCosine struct {
	Epochs float64 // length of both parts; 0 means the length of the run
	Flat   float64 // share of the first part, in (0, 1); 0 means 0.5
	End    float64 // scale at the end, at most 1
}

// Validate returns an error for a field out of range.
func (s FlatCosine) Validate() error {
	return cmp.Or(
		checkSpan("FlatCosine.Epochs", s.Epochs),
		checkFraction("FlatCosine.Flat", s.Flat),
		checkShare("FlatCosine.End", s.End),
	)
}

// Scale implements Schedule.
func (s FlatCosine) Scale(epoch float64) float64 {
	flat := cmp.Or(s.Flat, 0.5)
	return anneal(1, s.End, max(progress(epoch, s.Epochs)-flat, 0)/(1-flat))
}

// Over implements RunSchedule.
func (s FlatCosine) Over(epochs float64) Schedule {
	s.Epochs = cmp.Or(s.Epochs, epochs)
	return s
}

// CosineLog raises the rate from 0 and lowers it back to 0 a number of times,
// each cycle being twice as long as the one before ("coslog4" in pytabkit;
// Holzmüller, Grinsztajn and Steinwart, Better by Default, 2024):
//
//	Scale(e) = (1 − cos(2π·log₂(1 + (2^Cycles − 1)·e/Epochs)))/2
//
// The first step has scale 0: it only updates the state of rules such as Adam.
// After Epochs the scale keeps its final value. Scale is NaN without Epochs.
type CosineLog struct {
	Epochs float64 // length of all cycles; 0 means the length of the run
	Cycles int     // 0 means 4
}

// Validate returns an error for a field out of range.
func (s CosineLog) Validate() error {
	if s.Cycles > 30 {
		return fmt.Errorf("CosineLog.Cycles is %d, want at most 30", s.Cycles)
	}
	return cmp.Or(checkCount("CosineLog.Cycles", s.Cycles), checkSpan("CosineLog.Epochs", s.Epochs))
}

// Scale implements Schedule.
func (s CosineLog) Scale(epoch float64) float64 {
	stretch := math.Ldexp(1, cmp.Or(s.Cycles, 4)) - 1
	turns := kernel.Log(1+float64(stretch*progress(epoch, s.Epochs))) / math.Ln2
	return (1 - kernel.CosPi(float64(2*turns))) / 2
}

// Over implements RunSchedule.
func (s CosineLog) Over(epochs float64) Schedule {
	s.Epochs = cmp.Or(s.Epochs, epochs)
	return s
}

// anneal goes from one number to another along half a period of a cosine as p
// goes from 0 to 1, and stays there.
func anneal(from, to, p float64) float64 {
	return between(to, from, (1+kernel.CosPi(min(p, 1)))/2)
}

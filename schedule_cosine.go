package mlp

import (
	"cmp"
	"math"

	"example.com/mlp/internal/kernel"
)

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

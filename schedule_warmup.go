package mlp

import (
	"cmp"
	"fmt"

	"example.com/mlp/internal/matrix"
)

// Warmup raises the rate linearly before another schedule begins (Goyal et al.,
// 2017):
//
//	Scale(e) = Start + (1−Start)·e/Epochs    for e < Epochs
//	Scale(e) = Then.Scale(e − Epochs)        from then on
type Warmup struct {
	Epochs float64  // length of the rise
	Start  float64  // scale at the start, at most 1
	Then   Schedule // nil means constant
}

// Validate returns an error for a field out of range, here or in Then.
func (s Warmup) Validate() error {
	for range maxSchedules {
		if err := cmp.Or(
			checkPositive("Warmup.Epochs", s.Epochs),
			checkShare("Warmup.Start", s.Start),
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

// Over implements RunSchedule: the schedule that takes over gets the rest of
// the run. If there is none, it still gets a length, as the last step of
// FitBatches may be at the very end.
func (s Warmup) Over(epochs float64) Schedule {
	const shortest = 1e-9
	if then, ok := s.Then.(RunSchedule); ok && !matrix.IsNil(then) {
		s.Then = then.Over(max(epochs-s.Epochs, shortest))
	}
	return s
}

// then returns the schedule that takes over, or nil if there is none.
func (s Warmup) then() Schedule {
	if matrix.IsNil(s.Then) {
		return nil
	}
	return s.Then
}

package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// EarlyStopping is a Callback that ends a run when the network has stopped
// improving, and gives it back the weights of its best epoch, however the run
// ends (Prechelt, Early Stopping - But When?, 1998). It sets
// History.BestEpoch.
//
// An EarlyStopping may serve one run after the other, but not two at once.
type EarlyStopping struct {
	// Patience is the number of epochs without an improvement after which the
	// run ends; 0 means 10.
	Patience int

	// MinDelta is by how much the value must fall to count as an improvement.
	MinDelta float64

	// Monitor returns the value that is to fall: of a score, which is to rise,
	// -e.Validation.Score. nil means the loss on the validation data or,
	// without these, on the training data. A NaN is an error.
	Monitor func(e *Epoch) float64

	network Network
	weights [][]float64 // of the best epoch
	best    float64
	epoch   int // the best one, 0 before the first
}

// FitBegin implements FitBeginner.
func (s *EarlyStopping) FitBegin(r *Run) error {
	if !r.hasNetwork() {
		return errors.New("EarlyStopping: no run of a network")
	}
	if err := cmp.Or(
		checkCount("EarlyStopping.Patience", s.Patience),
		checkNonNegative("EarlyStopping.MinDelta", s.MinDelta),
	); err != nil {
		return err
	}
	s.network, s.weights, s.best, s.epoch = r.Network, nil, math.Inf(1), 0
	return nil
}

// EpochEnd implements Callback.
func (s *EarlyStopping) EpochEnd(e *Epoch) error {
	if !s.begun() {
		return errors.New("EarlyStopping: no run has begun")
	}
	value, err := monitored(s.Monitor, e)
	switch {
	case err != nil:
		return fmt.Errorf("EarlyStopping: %w", err)
	case s.epoch == 0 || value < s.best-s.MinDelta:
		s.best, s.epoch = value, e.Number
		s.keep()
	case e.Number-s.epoch >= cmp.Or(s.Patience, 10):
		return fmt.Errorf("no improvement since epoch %d: %w", s.epoch, ErrStop)
	}
	return nil
}

// FitEnd implements FitEnder.
func (s *EarlyStopping) FitEnd(h *History) {
	if !s.begun() || h == nil { // it has not begun, or a list has it twice
		return
	}
	h.BestEpoch = s.epoch
	if s.epoch != 0 {
		s.eachParam(func(i int, value []float64) { copy(value, s.weights[i]) })
	}
	s.network, s.weights = nil, nil
}

// MarshalBinary returns the best epoch with its value and its weights, and
// implements StatefulCallback.
func (s *EarlyStopping) MarshalBinary() ([]byte, error) {
	b := appendFloats(nil, float64(s.epoch), s.best)
	for _, w := range s.weights {
		b = appendFloats(b, w...)
	}
	return b, nil
}

// UnmarshalBinary implements StatefulCallback. Before FitBegin it is an error.
func (s *EarlyStopping) UnmarshalBinary(b []byte) error {
	values, err := floatsOf(b)
	if err != nil {
		return err
	}
	if !s.begun() {
		return errors.New("no run has begun")
	}
	size := 0
	s.eachParam(func(_ int, value []float64) { size += len(value) })
	switch n := len(values) - 2; {
	case n < 0 || n != 0 && n != size:
		return fmt.Errorf("%d numbers, want 2 and as many as the network has weights, %d", len(values), size)
	case n == 0: // there has been no epoch
		return nil
	case !(values[0] >= 1 && values[0] < 1<<31) || math.IsNaN(values[1]):
		return fmt.Errorf("the best epoch is %g, its value %g", values[0], values[1])
	}
	for i, v := range values[2:] {
		if !finite(v) {
			return fmt.Errorf("weight %d is %g: %w", i, v, ErrNotFinite)
		}
	}
	s.epoch, s.best, s.weights, values = int(values[0]), values[1], nil, values[2:]
	s.eachParam(func(_ int, value []float64) {
		s.weights = append(s.weights, values[:len(value)])
		values = values[len(value):]
	})
	return nil
}

// begun reports whether a run has begun.
func (s *EarlyStopping) begun() bool { return s.network != nil }

// keep remembers the weights.
func (s *EarlyStopping) keep() {
	if s.weights == nil {
		s.eachParam(func(i int, value []float64) { s.weights = append(s.weights, slices.Clone(value)) })
		return
	}
	s.eachParam(func(i int, value []float64) { copy(s.weights[i], value) })
}

// eachParam calls f for all parameters of the network, which are numbered.
func (s *EarlyStopping) eachParam(f func(i int, value []float64)) {
	i := 0
	for _, l := range s.network.Layers() {
		for _, p := range l.Params() {
			f(i, p.Value.RawMatrix().Data)
			i++
		}
	}
}

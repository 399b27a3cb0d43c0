package mlp

import (
	"cmp"
	"fmt"
)

// EarlyStopping is a Callback that ends a run when the network has stopped
// improving, and restores the weights of its best epoch, however the run ends
// (Prechelt, Early Stopping - But When?, 1998). It sets History.BestEpoch.
// KeepBest restores the best weights without ending a run early.
//
// An EarlyStopping may be used for one run after another, but not for two at
// once.
type EarlyStopping struct {
	// Patience is the number of epochs without an improvement after which the
	// run ends; 0 means 10.
	Patience int

	// MinDelta is how far the value must fall to count as an improvement.
	MinDelta float64

	// Monitor returns the value to minimize; for a score, which should rise,
	// return -e.Validation.Score. nil means the loss on the validation data or,
	// without validation data, on the training rows with the weights after the
	// epoch, which costs an evaluation of them. (Epoch.Train is measured with
	// the weights before each step.) FitBatches, which does not have the rows,
	// needs a Monitor or validation data. A NaN is an error.
	Monitor func(e *Epoch) float64

	// Metric, in the place of a Monitor, is what is to improve on the validation
	// data, by more than MinDelta: to fall where less is better, else to rise.
	// MetricUsual, the zero value, means the loss.
	Metric Metric

	bestEpoch
}

// FitBegin implements FitBeginner.
func (s *EarlyStopping) FitBegin(r *Run) error {
	if err := cmp.Or(
		checkCount("EarlyStopping.Patience", s.Patience),
		checkNonNegative("EarlyStopping.MinDelta", s.MinDelta),
	); err != nil {
		return err
	}
	return s.begin("EarlyStopping", r, s.Monitor, s.Metric)
}

// EpochEnd implements Callback.
func (s *EarlyStopping) EpochEnd(e *Epoch) error {
	value, err := s.monitored(e)
	switch {
	case err != nil:
		return fmt.Errorf("EarlyStopping: %w", err)
	case s.epoch == 0 || value < s.value-s.MinDelta:
		s.keep(e.Number, value)
	case e.Number-s.epoch >= cmp.Or(s.Patience, 10):
		return fmt.Errorf("no improvement since epoch %d: %w", s.epoch, ErrStop)
	}
	return nil
}

// FitEnd implements FitEnder.
func (s *EarlyStopping) FitEnd(h *History) { s.giveBack(h) }

// MarshalBinary implements StatefulCallback. It returns the best epoch with its
// value and weights.
func (s *EarlyStopping) MarshalBinary() ([]byte, error) { return s.marshal() }

// UnmarshalBinary implements StatefulCallback. Before FitBegin it is an error.
func (s *EarlyStopping) UnmarshalBinary(b []byte) error { return s.unmarshal(b) }

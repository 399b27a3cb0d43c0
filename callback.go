package mlp

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"example.com/mlp/internal/matrix"
)

// A Callback is notified of the progress of Fit. Callbacks run in the goroutine
// of Fit, in the order of FitOptions.Callbacks; between epochs they may use the
// network to predict and evaluate.
//
// A callback that also implements FitBeginner, BatchEnder or FitEnder is
// notified of these events as well. An error from a callback ends the run: Fit
// returns the history so far and the error, or no error for ErrStop.
type Callback interface {
	// EpochEnd is called after each epoch. It must not modify e.
	EpochEnd(e *Epoch) error
}

// A CallbackFunc is a function that serves as a Callback. It is called after
// each epoch.
type CallbackFunc func(e *Epoch) error

// EpochEnd calls f.
func (f CallbackFunc) EpochEnd(e *Epoch) error {
	if f == nil {
		return errors.New("CallbackFunc is nil")
	}
	return f(e)
}

// A FitBeginner is a Callback that is notified when a run begins.
type FitBeginner interface {
	Callback

	// FitBegin is called before the first epoch, after everything has been
	// checked.
	FitBegin(r *Run) error
}

// A BatchEnder is a Callback that is notified of each step.
type BatchEnder interface {
	Callback

	// BatchEnd is called after the step of each batch. b is valid only during
	// the call.
	BatchEnd(b *Batch) error
}

// A FitEnder is a Callback that is notified when a run ends, for whatever
// reason.
type FitEnder interface {
	Callback

	// FitEnd is called with the history that Fit is about to return, after an
	// EarlyStopping or a KeepBest has restored its weights, wherever it is in
	// the list. It is not called if FitBegin of this callback, or of one before
	// it, has returned an error.
	FitEnd(h *History)
}

// A Checkpointer is a Callback that may save the state of the run, to resume it
// later; see FitOptions.Resume.
type Checkpointer interface {
	Callback

	// Checkpoint is called after each epoch that does not end the run early,
	// once all callbacks have been notified of it. take returns the state after
	// this epoch and may be called only during Checkpoint.
	Checkpoint(epoch int, take func() (*TrainingState, error)) error
}

// A StepCheckpointer is a Checkpointer that may also save the state within an
// epoch.
type StepCheckpointer interface {
	Checkpointer

	// CheckpointStep is called after each step, but for those of LBFGS, once all
	// callbacks have been notified of it. take returns the state after this step,
	// and leaves the network as after an epoch, with the average of the weights if
	// there is one. It may be called only during CheckpointStep, and returns an error
	// with AverageDecay and BatchNorm together, which have no such state. b is valid
	// only during the call.
	CheckpointStep(b *Batch, take func() (*TrainingState, error)) error
}

// A StatefulCallback is a Callback whose state is part of a TrainingState. The
// callbacks of this package that have one are *EarlyStopping, *KeepBest and
// *ReduceOnPlateau.
type StatefulCallback interface {
	Callback
	encoding.BinaryMarshaler

	// UnmarshalBinary is called after FitBegin, with the data that
	// MarshalBinary returned in the run that is being resumed.
	encoding.BinaryUnmarshaler
}

// A Run describes a run of Fit when it begins.
type Run struct {
	Network Network
	Rows    int // rows to train on; 0 if FitBatches does not know
	Epochs  int // epochs asked for
	Steps   int // steps in an epoch; 0 if FitBatches does not know, see FitOptions.EpochSteps

	Validates bool // whether the epochs have Validation scores

	// Evaluate returns the scores on the training rows with the current weights,
	// for callbacks between two epochs. It is nil in a run of FitBatches, which
	// does not have the rows.
	Evaluate func() (Scores, error)

	// Metric returns a metric of the answers for the validation data after the
	// last epoch, for callbacks between two epochs. It computes no answer a second
	// time. It is nil without validation data.
	Metric func(m Metric) (float64, error)
}

// hasNetwork reports whether r is a run of a network, which it is unless
// FitBegin is called by hand.
func (r *Run) hasNetwork() bool { return r != nil && !matrix.IsNil(r.Network) }

// A Batch describes a step that has been taken.
type Batch struct {
	Epoch int     // from 1
	Step  int     // within the epoch, from 1
	Rows  int     // rows of the batch; with AccumulateSteps, of all batches of the step
	Loss  float64 // mean loss of these rows, with penalties, before the step
}

// An Epoch describes an epoch that has ended.
type Epoch struct {
	Number int // from 1

	// Train is the loss, including penalties, and the score of the batches,
	// each measured before its step and averaged over the rows of the epoch.
	Train Scores

	// Validation is the loss and the score on FitOptions.Validation after the
	// epoch, or nil.
	Validation *Scores

	// LearningRate is the learning rate of the last step of the epoch, without
	// the factors of Groups, or 0 if the optimizer has none.
	LearningRate float64

	// GradientNorm is the Euclidean norm of the gradient of the last step of
	// the epoch, over all parameters together: the norm that ClipNorm limits,
	// before clipping.
	GradientNorm float64

	// Duration is the time the epoch took, including validation but not the
	// callbacks at its end.
	Duration time.Duration
}

// serving records whether a callback with a state serves a run; it can serve
// only one at a time.
type serving struct{ run int32 }

// begin reserves the callback of the given name for a run.
func (s *serving) begin(name string) error {
	if !atomic.CompareAndSwapInt32(&s.run, 0, 1) {
		return fmt.Errorf("%s: it serves a run already, want one for each", name)
	}
	return nil
}

// end releases the callback for the next run.
func (s *serving) end() { atomic.StoreInt32(&s.run, 0) }

// callbacks calls the events of a list of callbacks.
type callbacks []Callback

// fitBegin sets begun to the callbacks that have begun, which are all of them
// unless there is an error or a panic.
func (cs callbacks) fitBegin(r *Run, begun *callbacks) error {
	for i, c := range cs {
		if c, ok := c.(FitBeginner); ok {
			if err := c.FitBegin(r); err != nil {
				return err
			}
		}
		*begun = cs[:i+1]
	}
	return nil
}

func (cs callbacks) batchEnd(b *Batch) error {
	for _, c := range cs {
		if c, ok := c.(BatchEnder); ok {
			if err := c.BatchEnd(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (cs callbacks) epochEnd(e *Epoch) error {
	for _, c := range cs {
		if err := c.EpochEnd(e); err != nil {
			return err
		}
	}
	return nil
}

// stateful returns the callbacks that have a state.
func (cs callbacks) stateful() []StatefulCallback {
	var found []StatefulCallback
	for _, c := range cs {
		if c, ok := c.(StatefulCallback); ok {
			found = append(found, c)
		}
	}
	return found
}

// stepCheckpointers returns the callbacks that may save the state after a step.
func (cs callbacks) stepCheckpointers() []StepCheckpointer {
	var found []StepCheckpointer
	for _, c := range cs {
		if c, ok := c.(*Checkpoint); ok && !c.withinEpochs() {
			continue
		}
		if c, ok := c.(StepCheckpointer); ok {
			found = append(found, c)
		}
	}
	return found
}

// fitEnd starts with the callbacks that restore weights, so that all others see
// the network and the history as Fit returns them.
func (cs callbacks) fitEnd(h *History) {
	var enders []FitEnder
	for _, first := range []bool{true, false} {
		for _, c := range cs {
			_, gives := c.(interface{ givesBack() })
			if c, ok := c.(FitEnder); ok && gives == first {
				enders = append(enders, c)
			}
		}
	}
	endAll(enders, h)
}

// endAll calls FitEnd of all, in their order, even if one of them panics.
func endAll(enders []FitEnder, h *History) {
	if len(enders) > 0 {
		defer endAll(enders[1:], h)
		enders[0].FitEnd(h)
	}
}

// floatBytes returns the bits of numbers.
func floatBytes(values []float64) ([]byte, error) {
	return binary.Append(nil, binary.LittleEndian, values)
}

// floatsOf returns the numbers of which b has the bits.
func floatsOf(b []byte) ([]float64, error) {
	if len(b)%8 != 0 {
		return nil, fmt.Errorf("%d bytes, want a multiple of 8", len(b))
	}
	values := make([]float64, len(b)/8)
	_, err := binary.Decode(b, binary.LittleEndian, values)
	return values, err
}

// monitored returns the value that a callback watches, which must not be NaN.
func monitored(monitor func(e *Epoch) float64, e *Epoch) (float64, error) {
	if e == nil {
		return 0, errors.New("the epoch is nil")
	}
	value := e.Train.Loss
	switch {
	case monitor != nil:
		value = monitor(e)
	case e.Validation != nil:
		value = e.Validation.Loss
	}
	if math.IsNaN(value) {
		return 0, fmt.Errorf("the value of epoch %d is NaN: %w", e.Number, ErrNotFinite)
	}
	return value, nil
}

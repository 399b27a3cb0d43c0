package mlp

import (
	"cmp"
	"errors"
	"fmt"
)

var (
	// ErrNotFinite is wrapped by the errors that report a NaN or an infinity
	// in a caller's data.
	ErrNotFinite = errors.New("not finite")

	// ErrInTraining is wrapped by the errors of calls that need a network, or
	// one of its layers, for themselves while Fit, FitBatches, FitBatch or
	// FindLearningRate trains it, and of calls that would read weights while
	// they move.
	ErrInTraining = errors.New("in training already")

	// ErrStop is what a Callback returns to end Fit without an error. An error
	// that wraps it says why, and History.Stopped reads as what is before it:
	//
	//	fmt.Errorf("the loss is below %g: %w", limit, mlp.ErrStop)
	ErrStop = errors.New("stopped")
)

// A ShapeError reports sizes that do not match. Functions that return errors
// return it. The methods that training calls with its own matrices, and that do
// not return an error, panic with it if they are called by hand with mismatched
// or nil arguments: Infer, InferLogits and NewPass of a Layer, the methods of a
// Pass, Apply and Backprop of an Activation, Eval and EvalLogits of a Loss and
// Step of an Optimizer.
type ShapeError struct {
	Op      string // the operation that failed: "Fit"
	Subject string // what has the wrong size: "x"
	Got     int    // its size
	Unit    string // what was counted: "columns"
	Wanting string // what requires another size: "layer 0 takes"
	Want    int    // the size it requires
}

// Error returns a message such as "mlp: Fit: x has 3 columns, layer 0 takes 4".
func (e *ShapeError) Error() string {
	return fmt.Sprintf("mlp: %s: %s has %d %s, %s %d", e.Op, e.Subject, e.Got, e.Unit, e.Wanting, e.Want)
}

// A DivergedError reports that training produced a NaN or an infinity, most
// often because the learning rate is too large or the data are not scaled. The
// network keeps the finite weights of the last completed epoch.
type DivergedError struct {
	Op    string  // the operation that diverged: "FitBatches"; "" means "Fit"
	Epoch int     // from 1
	Step  int     // within the epoch, from 1
	Layer int     // first layer with an output or a weight that is not finite; -1 if only the loss is not
	Loss  float64 // mean loss of the batch
}

// Error returns a message with the operation, the epoch, the step, the layer and
// the loss.
func (e *DivergedError) Error() string {
	place := "in the loss alone"
	if e.Layer >= 0 {
		place = fmt.Sprintf("first in layer %d", e.Layer)
	}
	return fmt.Sprintf("mlp: %s: diverged in epoch %d, step %d, %s (loss %g): "+
		"try a smaller learning rate or scaled data", cmp.Or(e.Op, "Fit"), e.Epoch, e.Step, place, e.Loss)
}

// A Validator is a layer, an activation, a loss, an optimizer or a schedule
// whose description may be invalid. Model validates layers, activations and the
// loss, Fit validates the optimizer and the schedule, and both return the error
// before anything is computed.
type Validator interface {
	Validate() error
}

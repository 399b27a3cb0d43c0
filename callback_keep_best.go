package mlp

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// KeepBest is a Callback that lets a run complete all its epochs and then
// restores the weights of the best epoch, or of the last one among equally good
// epochs, however the run ends. It sets History.BestEpoch.
//
// A KeepBest may be used for one run after another, but not for two at once.
type KeepBest struct {
	// Monitor returns the value to minimize; for a score, which should be large, return
	// -e.Validation.Score. nil means the loss on the validation data or, without
	// validation data, on the training rows with the weights after the epoch, which
	// costs an evaluation of them. (Epoch.Train is measured with the weights before each
	// step.) FitBatches, which does not have the rows, needs a Monitor or validation
	// data. A NaN is an error.
	Monitor func(e *Epoch) float64

	best bestEpoch
}

// FitBegin implements FitBeginner.
func (k *KeepBest) FitBegin(r *Run) error { return k.best.begin("KeepBest", r, k.Monitor) }

// EpochEnd implements Callback.
func (k *KeepBest) EpochEnd(e *Epoch) error {
	value, err := k.best.monitored(k.Monitor, e)
	if err != nil {
		return fmt.Errorf("KeepBest: %w", err)
	}
	if value <= k.best.value || k.best.epoch == 0 {
		k.best.keep(e.Number, value)
	}
	return nil
}

// FitEnd implements FitEnder.
func (k *KeepBest) FitEnd(h *History) { k.best.giveBack(h) }

func (k *KeepBest) givesBack() {}

// MarshalBinary implements StatefulCallback. It returns the best epoch with its
// value and weights.
func (k *KeepBest) MarshalBinary() ([]byte, error) { return k.best.marshal(), nil }

// UnmarshalBinary implements StatefulCallback. Before FitBegin it is an error.
func (k *KeepBest) UnmarshalBinary(b []byte) error { return k.best.unmarshal(b) }

func (k *KeepBest) checkEpochs(epochs int) error { return k.best.checkEpochs(epochs) }

// bestEpoch records the best epoch of a run so far.
type bestEpoch struct {
	run     *Run    // nil between two runs
	epoch   int     // 0 before the first
	value   float64 // the monitored value
	weights [][]float64
	serving serving
}

// begin forgets the previous run of the callback of the given name.
func (b *bestEpoch) begin(name string, r *Run, monitor func(e *Epoch) float64) error {
	if !r.hasNetwork() {
		return fmt.Errorf("%s: no run of a network", name)
	}
	if monitor == nil && !r.Validates && r.Evaluate == nil {
		return fmt.Errorf("%s: FitBatches without Validation has no loss of the weights after an epoch, want Validation or a Monitor", name)
	}
	if err := b.serving.begin(name); err != nil {
		return err
	}
	b.run, b.epoch, b.value, b.weights = r, 0, math.Inf(1), nil
	return nil
}

// begun reports whether a run has begun.
func (b *bestEpoch) begun() bool { return b.run != nil }

// monitored returns the value of an epoch, which belongs to the weights after
// it unless monitor returns another one.
func (b *bestEpoch) monitored(monitor func(e *Epoch) float64, e *Epoch) (float64, error) {
	if !b.begun() {
		return 0, errors.New("no run has begun")
	}
	if monitor != nil || e == nil || e.Validation != nil {
		return monitored(monitor, e)
	}
	s, err := b.run.Evaluate()
	return s.Loss, err
}

// keep remembers the weights as those of the best epoch.
func (b *bestEpoch) keep(epoch int, value float64) {
	b.epoch, b.value = epoch, value
	if b.weights == nil {
		b.eachParam(func(_ int, value []float64) { b.weights = append(b.weights, slices.Clone(value)) })
		return
	}
	b.eachParam(func(i int, value []float64) { copy(b.weights[i], value) })
}

// giveBack ends the run and restores the weights of the best epoch.
func (b *bestEpoch) giveBack(h *History) {
	defer b.serving.end()
	if !b.begun() || h == nil { // it has not begun, or is in the list twice
		return
	}
	h.BestEpoch = b.epoch
	if b.epoch != 0 {
		b.eachParam(func(i int, value []float64) { copy(value, b.weights[i]) })
		h.Best = b.scores(h)
	}
	b.run, b.weights = nil, nil
}

// scores returns History.Best, the scores of the restored weights.
func (b *bestEpoch) scores(h *History) *Scores {
	if b.epoch <= len(h.Epochs) && h.Epochs[b.epoch-1].Validation != nil {
		s := *h.Epochs[b.epoch-1].Validation
		return &s
	}
	if b.run.Evaluate == nil {
		return nil
	}
	s, err := b.run.Evaluate()
	if err != nil {
		return nil
	}
	return &s
}

func (b *bestEpoch) marshal() []byte {
	state := appendFloats(nil, float64(b.epoch), b.value)
	for _, w := range b.weights {
		state = appendFloats(state, w...)
	}
	return state
}

func (b *bestEpoch) unmarshal(state []byte) error {
	values, err := floatsOf(state)
	if err != nil {
		return err
	}
	if !b.begun() {
		return errors.New("no run has begun")
	}
	size := 0
	b.eachParam(func(_ int, value []float64) { size += len(value) })
	switch n := len(values) - 2; {
	case n < 0 || n != 0 && n != size:
		return fmt.Errorf("%d numbers, want 2 and as many as the network has weights, %d", len(values), size)
	case n == 0: // no epoch has ended
		return nil
	case !(values[0] >= 1 && values[0] < 1<<31) || math.IsNaN(values[1]):
		return fmt.Errorf("the best epoch is %g, its value %g", values[0], values[1])
	}
	for i, v := range values[2:] {
		if !finite(v) {
			return fmt.Errorf("weight %d is %g: %w", i, v, ErrNotFinite)
		}
	}
	b.epoch, b.value, b.weights, values = int(values[0]), values[1], nil, values[2:]
	b.eachParam(func(_ int, value []float64) {
		b.weights = append(b.weights, values[:len(value)])
		values = values[len(value):]
	})
	return nil
}

func (b *bestEpoch) checkEpochs(epochs int) error {
	if b.epoch < 1 || b.epoch > epochs {
		return fmt.Errorf("the best epoch is %d of %d", b.epoch, epochs)
	}
	return nil
}

// eachParam calls f for all parameters of the network, numbered by i.
func (b *bestEpoch) eachParam(f func(i int, value []float64)) {
	i := 0
	for _, l := range b.run.Network.Layers() {
		for _, p := range l.Params() {
			f(i, p.Value.RawMatrix().Data)
			i++
		}
	}
}

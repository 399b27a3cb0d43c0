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
	// Monitor returns the value to minimize, as EarlyStopping.Monitor does, with
	// the same default.
	Monitor func(e *Epoch) float64

	// Metric is what is to improve, as in EarlyStopping.
	Metric Metric

	bestEpoch
}

// FitBegin implements FitBeginner.
func (k *KeepBest) FitBegin(r *Run) error { return k.begin("KeepBest", r, k.Monitor, k.Metric) }

// EpochEnd implements Callback.
func (k *KeepBest) EpochEnd(e *Epoch) error {
	value, err := k.monitored(e)
	if err != nil {
		return fmt.Errorf("KeepBest: %w", err)
	}
	if value <= k.value || k.epoch == 0 {
		k.keep(e.Number, value)
	}
	return nil
}

// FitEnd implements FitEnder.
func (k *KeepBest) FitEnd(h *History) { k.giveBack(h) }

// MarshalBinary implements StatefulCallback. It returns the best epoch with its
// value and weights.
func (k *KeepBest) MarshalBinary() ([]byte, error) { return k.marshal() }

// UnmarshalBinary implements StatefulCallback. Before FitBegin it is an error.
func (k *KeepBest) UnmarshalBinary(b []byte) error { return k.unmarshal(b) }

// bestEpoch is the part of a callback that records the best epoch of a run so
// far.
type bestEpoch struct {
	run     *Run // nil between two runs
	monitor func(e *Epoch) float64
	metric  Metric
	epoch   int       // 0 before the first
	value   float64   // the monitored value
	weights []float64 // of all parameters, one after the other
	serving serving
}

// begin forgets the previous run of the callback of the given name, which
// watches monitor, if it is not nil, or a metric.
func (b *bestEpoch) begin(name string, r *Run, monitor func(e *Epoch) float64, metric Metric) error {
	if !r.hasNetwork() {
		return fmt.Errorf("%s: no run of a network", name)
	}
	switch {
	case monitor != nil && metric != MetricUsual:
		return fmt.Errorf("%s: both a Monitor and the Metric %v, want one", name, metric)
	case metric != MetricUsual && r.Metric == nil:
		return fmt.Errorf("%s: the Metric %v is of the validation data, want Validation or ValidationSplit", name, metric)
	}
	if n, ok := made(r.Network); ok {
		if err := metric.check(n.loss.Task()); err != nil {
			return fmt.Errorf("%s: the Metric %w", name, err)
		}
	}
	if monitor == nil && !r.Validates && r.Evaluate == nil {
		return fmt.Errorf("%s: FitBatches without Validation has no loss of the weights after an epoch, want Validation or a Monitor", name)
	}
	if err := b.serving.begin(name); err != nil {
		return err
	}
	b.run, b.epoch, b.value, b.weights = r, 0, math.Inf(1), nil
	b.monitor, b.metric = monitor, metric
	return nil
}

// monitored returns the value of an epoch, which belongs to the weights after
// it unless monitor returns another one.
func (b *bestEpoch) monitored(e *Epoch) (float64, error) {
	switch {
	case b.run == nil:
		return 0, errors.New("no run has begun")
	case e != nil && b.metric != MetricUsual:
		return b.measured(e)
	case b.monitor != nil || e == nil || e.Validation != nil:
		return monitored(b.monitor, e)
	}
	s, err := b.run.Evaluate()
	return s.Loss, err
}

// measured returns the metric of an epoch as a value to minimize.
func (b *bestEpoch) measured(e *Epoch) (float64, error) {
	value, err := b.run.Metric(b.metric)
	switch {
	case err != nil:
		return 0, err
	case math.IsNaN(value):
		return 0, fmt.Errorf("the %v of epoch %d is NaN: %w", b.metric, e.Number, ErrNotFinite)
	case !b.metric.LessIsBetter():
		value = -value
	}
	return value, nil
}

// keep remembers the weights as those of the best epoch.
func (b *bestEpoch) keep(epoch int, value float64) {
	b.epoch, b.value, b.weights = epoch, value, slices.Grow(b.weights[:0], b.size())
	b.eachParam(func(value []float64) { b.weights = append(b.weights, value...) })
}

// giveBack ends the run and restores the weights of the best epoch.
func (b *bestEpoch) giveBack(h *History) {
	defer b.serving.end()
	if b.run == nil || h == nil { // it has not begun, or is in the list twice
		return
	}
	h.BestEpoch = b.epoch
	if b.epoch != 0 {
		b.eachParam(func(value []float64) { b.weights = b.weights[copy(value, b.weights):] })
		h.Best = b.scores(h)
	}
	b.run, b.weights = nil, nil
}

// scores returns History.Best, the scores of the restored weights.
func (b *bestEpoch) scores(h *History) *Scores {
	if b.epoch <= len(h.Epochs) && h.Epochs[b.epoch-1].Validation != nil {
		return new(*h.Epochs[b.epoch-1].Validation)
	}
	if b.run.Evaluate != nil {
		if s, err := b.run.Evaluate(); err == nil {
			return &s
		}
	}
	return nil
}

func (b *bestEpoch) marshal() ([]byte, error) {
	return floatBytes(append([]float64{float64(b.epoch), b.value}, b.weights...))
}

func (b *bestEpoch) unmarshal(state []byte) error {
	values, err := floatsOf(state)
	if err != nil {
		return err
	}
	if b.run == nil {
		return errors.New("no run has begun")
	}
	switch n, size := len(values)-2, b.size(); {
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
	b.epoch, b.value, b.weights = int(values[0]), values[1], values[2:]
	return nil
}

// checkEpochs returns an error unless the state can be that after this many
// epochs.
func (b *bestEpoch) checkEpochs(epochs int) error {
	if b.epoch < min(1, epochs) || b.epoch > epochs {
		return fmt.Errorf("the best epoch is %d of %d", b.epoch, epochs)
	}
	return nil
}

// givesBack makes FitEnd run before that of callbacks without this method.
func (b *bestEpoch) givesBack() {}

// size returns the number of weights of the network.
func (b *bestEpoch) size() (n int) {
	b.eachParam(func(value []float64) { n += len(value) })
	return n
}

// eachParam calls f for all parameters of the network.
func (b *bestEpoch) eachParam(f func(value []float64)) {
	for _, l := range b.run.Network.Layers() {
		for _, p := range l.Params() {
			f(p.Value.RawMatrix().Data)
		}
	}
}

package mlp_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// threeEpochs returns a state after three epochs of three steps.
func threeEpochs(t *testing.T, x, y mat.Matrix) *mlp.TrainingState {
	c := &checkpoints{}
	opts := threeOptions()
	opts.Epochs, opts.Callbacks = 3, append(opts.Callbacks, c)
	fit(t, regressor(t, mlp.WithSeed(1)), x, y, opts)
	return c.states[2]
}

func threeOptions() mlp.FitOptions {
	return mlp.FitOptions{
		Epochs: 5, BatchSize: 10, AccumulateSteps: 2, Optimizer: mlp.Adam{}, Schedule: &mlp.ReduceOnPlateau{},
		Callbacks: []mlp.Callback{&mlp.EarlyStopping{}},
	}
}

// A state has to agree with itself and with the options.
func TestResumeOfContradictions(t *testing.T) {
	x, _, _, numbers := samples(60)
	set := func(b []byte, i int, v float64) []byte {
		b = slices.Clone(b)
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(v))
		return b
	}
	for _, c := range []struct {
		change func(s *mlp.TrainingState, o *mlp.FitOptions)
		want   string
	}{
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Steps = 0 }, " is of 0 steps, which are not those of 3 epochs of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Steps = 6 }, " is of 6 steps, which are not those of 3 epochs of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Steps = 10 }, " is of 10 steps, which are not those of 3 epochs of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Steps = math.MaxInt }, fmt.Sprintf(" is of %d steps", math.MaxInt)},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.EpochSteps = math.MaxInt }, fmt.Sprintf(" is of %d steps in an epoch, the batches here make 3", math.MaxInt)},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.EpochSteps = 0 }, " is of 0 steps in an epoch, the batches here make 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.BatchSize = 7 }, " is of 3 steps in an epoch, the batches here make 5"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.AccumulateSteps = 0 }, " is of 3 steps in an epoch, the batches here make 6"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs = nil }, " is of no epochs"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs = s.Epochs[:2] }, " is of 9 steps, which are not those of 2 epochs of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs = s.Epochs[1:] }, " is of epoch 2 in the place of epoch 1"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs[2].Number = 0 }, " is of epoch 0 in the place of epoch 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs[1].Number = 3 }, " is of epoch 3 in the place of epoch 2"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.Epochs = 2 }, " is of 3 epochs, Epochs is 2"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs[1].Train.Loss = nan }, " is of a loss of NaN in epoch 2: not finite"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs[0].Validation = &mlp.Scores{Loss: inf} }, " is of a validation loss of +Inf in epoch 1: not finite"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Epochs[2].Duration = -time.Second }, " is of -1s for epoch 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[0].Slots[1][0] = nan }, `: "layers.0.weight" has NaN in place 0 of slot 1: not finite`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[1].Slots[0][2] = -inf }, `: "layers.0.bias" has -Inf in place 2 of slot 0: not finite`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks[0] = set(s.Callbacks[0], 0, 4) }, ": state of *mlp.EarlyStopping: the best epoch is 4 of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks[0] = s.Callbacks[0][:16] }, ": state of *mlp.EarlyStopping: the best epoch is 0 of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) {
			s.Callbacks[0] = set(s.Callbacks[0], 0, 1e9)
			o.Callbacks = []mlp.Callback{&mlp.KeepBest{}}
		}, ": state of *mlp.KeepBest: the best epoch is 1000000000 of 3"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks[1] = set(s.Callbacks[1], 0, 2) }, ": state of *mlp.ReduceOnPlateau: the scale is 2 and the best value "},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks[1] = set(s.Callbacks[1], 2, 4) }, ": state of *mlp.ReduceOnPlateau: the best value is of 4 epochs ago, after 3"},
	} {
		net, opts := regressor(t, mlp.WithSeed(1)), threeOptions()
		before := weights(net)
		opts.Resume = threeEpochs(t, x, numbers)
		c.change(opts.Resume, &opts)
		h, err := net.Fit(context.Background(), x, numbers, opts)
		if want := "mlp: Fit: Resume" + c.want; err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if h != nil && len(h.Epochs) > 0 || !sameBits(before, weights(net)) {
			t.Error("the run has begun")
		}
	}
}

// Of the batches of FitBatches, which may be more in one epoch than in another,
// only the last number of steps is known.
func TestResumeFitBatchesOfContradictions(t *testing.T) {
	x, _, _, numbers := samples(60)
	train := func(epochs int, resume *mlp.TrainingState) (*mlp.TrainingState, error) {
		c := &checkpoints{}
		_, err := regressor(t, mlp.WithSeed(1)).FitBatches(context.Background(), inBatches(x, numbers, 20, 30, 10), mlp.FitOptions{
			Epochs: epochs, Callbacks: []mlp.Callback{c}, Resume: resume,
		})
		if len(c.states) == 0 {
			return nil, err
		}
		return c.states[len(c.states)-1], err
	}
	for _, c := range []struct {
		epochs, steps, last int
		want                string
	}{
		{1, 3, 3, ""},
		{3, 9, 3, ""},
		{3, 5, 3, ""},
		{3, 1000, 1, ""},
		{1, 4, 3, " is of 4 steps in 1 epochs, 3 in the last"},
		{1, 3, 0, " is of 3 steps in 1 epochs, 0 in the last"},
		{3, 4, 3, " is of 4 steps in 3 epochs, 3 in the last"},
		{3, 9, 8, " is of 9 steps in 3 epochs, 8 in the last"},
		{3, 9, math.MaxInt, fmt.Sprintf(" is of 9 steps in 3 epochs, %d in the last", math.MaxInt)},
		{3, -9, 3, " is of -9 steps, 3 in the last epoch"},
		{3, math.MaxInt, 3, fmt.Sprintf(" is of %d steps", math.MaxInt)},
	} {
		s, err := train(c.epochs, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Steps, s.EpochSteps = c.steps, c.last
		_, err = train(4, s)
		if want := "mlp: FitBatches: Resume" + c.want; c.want == "" && err != nil || c.want != "" && (err == nil || len(err.Error()) < len(want) || err.Error()[:len(want)] != want) {
			t.Errorf("%d steps in %d epochs, %d in the last: %v, want %q", c.steps, c.epochs, c.last, err, c.want)
		}
	}
}

// Durations and numbers of epochs in a file are such as epochs have.
func TestLoadCheckpointOfWrongEpochs(t *testing.T) {
	x, _, _, numbers := samples(60)
	path := filepath.Join(t.TempDir(), "run")
	net, opts := checkpointed(t, path)
	fit(t, net, x, numbers, opts)
	_, s, err := mlp.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	last := len(s.Epochs)
	for _, change := range []func(e *mlp.Epoch){
		func(e *mlp.Epoch) { e.Duration = -1 },
		func(e *mlp.Epoch) { e.Duration = math.MinInt64 },
		func(e *mlp.Epoch) { e.Number++ },
		func(e *mlp.Epoch) { e.Number = math.MaxInt },
	} {
		_, s, err := mlp.LoadCheckpoint(path)
		if err != nil {
			t.Fatal(err)
		}
		change(&s.Epochs[last-1])
		if _, err := mlp.Reloaded(net, s); err == nil || errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%+v: %v", s.Epochs[last-1], err)
		}
	}
	if again, err := mlp.Reloaded(net, s); err != nil || len(again.Epochs) != last {
		t.Error(err)
	}
}

// Rows without weight, rests of batches and dropped ones do not confuse the
// numbers of steps.
func TestResumeCountsSteps(t *testing.T) {
	x, _, _, numbers := samples(60)
	sample := make([]float64, 60)
	for i := range 7 {
		sample[59-i] = 1
	}
	for name, o := range map[string]mlp.FitOptions{
		"weights":          {BatchSize: 5, SampleWeights: sample},
		"weights in order": {BatchSize: 5, SampleWeights: sample, KeepOrder: true, AccumulateSteps: 2},
		"rests":            {BatchSize: 7, AccumulateSteps: 4},
		"one step":         {BatchSize: 7, AccumulateSteps: 100},
		"drop last":        {BatchSize: 7, DropLast: true, AccumulateSteps: 3},
		"all rows":         {BatchSize: 1000},
		"a split":          {BatchSize: 7, ValidationSplit: 0.3},
	} {
		train := func(epochs int, resume *mlp.TrainingState) (mlp.Network, *mlp.TrainingState) {
			c := &checkpoints{}
			net, o := regressor(t, mlp.WithSeed(1)), o
			o.Epochs, o.Resume, o.Callbacks = epochs, resume, []mlp.Callback{c}
			fit(t, net, x, numbers, o)
			return net, c.states[len(c.states)-1]
		}
		whole, _ := train(4, nil)
		_, state := train(2, nil)
		_, state = train(3, state)
		if net, _ := train(4, state); !sameBits(weights(net), weights(whole)) {
			t.Errorf("%s: other weights", name)
		}
	}
}

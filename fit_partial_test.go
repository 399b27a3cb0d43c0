package mlp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// stepCheckpoints keeps the state of a run after each step and each epoch, as read
// from a file.
type stepCheckpoints struct {
	net    func() mlp.Network // nil keeps none
	states []*mlp.TrainingState
}

func (c *stepCheckpoints) EpochEnd(*mlp.Epoch) error { return nil }

func (c *stepCheckpoints) Checkpoint(_ int, take func() (*mlp.TrainingState, error)) error {
	return c.keep(take)
}

func (c *stepCheckpoints) CheckpointStep(_ *mlp.Batch, take func() (*mlp.TrainingState, error)) error {
	return c.keep(take)
}

func (c *stepCheckpoints) keep(take func() (*mlp.TrainingState, error)) error {
	if c.net == nil {
		return nil
	}
	s, err := take()
	if err == nil {
		s, err = mlp.Reloaded(c.net(), s)
	}
	c.states = append(c.states, s)
	return err
}

// A run that is resumed after any step, in another network, goes on to the same
// bits, with the same history.
func TestResumeWithinEpoch(t *testing.T) {
	x, classes, yes, numbers := samples(45)
	counts := mat.DenseCopyOf(numbers)
	counts.Apply(func(_, _ int, v float64) float64 { return math.Round(math.Abs(v)) }, numbers)
	scale := mlp.NewNormalization(2)
	if err := scale.Adapt(numbers); err != nil {
		t.Fatal(err)
	}
	seed := mlp.WithSeed(7)
	stack := func(last mlp.Layer) []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 6, mlp.Tanh), mlp.Dropout(6, 0.3), last}
	}
	for name, c := range map[string]struct {
		net  func() mlp.Network
		y    *mat.Dense
		opts mlp.FitOptions
	}{
		"one of each layer": {
			func() mlp.Network {
				return model(t, mlp.MeanSquaredError, []mlp.ModelOption{seed}, append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity, mlp.WithL2(1e-3)))...)
			}, numbers, mlp.FitOptions{Optimizer: mlp.SGD{Momentum: 0.9}, ClipNorm: 1},
		},
		"an average": {
			func() mlp.Network {
				return model(t, mlp.MeanSquaredError, []mlp.ModelOption{seed, mlp.WithTargetScaling(scale)}, stack(mlp.Dense(6, 2, mlp.Identity))...)
			}, numbers, mlp.FitOptions{AccumulateSteps: 2, AverageDecay: 0.9},
		},
		"float32": {
			func() mlp.Network {
				return model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{seed, mlp.WithPrecision(mlp.Float32)}, stack(mlp.Dense(6, 3, mlp.Softmax))...)
			}, classes, mlp.FitOptions{ClassWeights: []float64{1, 2, 3}, Seed: 5},
		},
		"float32 with an average": {
			func() mlp.Network {
				return model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{seed, mlp.WithPrecision(mlp.Float32)}, stack(mlp.Dense(6, 3, mlp.Softmax))...)
			}, classes, mlp.FitOptions{AverageDecay: 0.9, WeightDecay: 0.01},
		},
		"yes or no": {
			func() mlp.Network {
				return model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{seed}, stack(mlp.Dense(6, 1, mlp.Sigmoid))...)
			}, yes, mlp.FitOptions{Schedule: mlp.Warmup{Epochs: 2, Start: 0.1, Then: mlp.CosineDecay{}}},
		},
		"counts": {
			func() mlp.Network {
				return model(t, mlp.Poisson, []mlp.ModelOption{seed}, stack(mlp.Dense(6, 2, mlp.Identity))...)
			}, counts, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 1e-3}},
		},
	} {
		for _, stream := range []bool{false, true} {
			train := func(resume *mlp.TrainingState, keep bool) (mlp.Network, *stepCheckpoints, *mlp.History) {
				net := c.net()
				states := &stepCheckpoints{}
				if keep {
					states.net = func() mlp.Network { return net }
				}
				opts := c.opts
				opts.Epochs, opts.Resume, opts.Validation = 3, resume, &mlp.Dataset{X: x, Y: c.y}
				opts.Callbacks = []mlp.Callback{&mlp.EarlyStopping{}, states}
				if opts.Schedule == nil {
					opts.Schedule = &mlp.ReduceOnPlateau{Patience: 1, Monitor: script(1, 2, 3)}
				}
				var h *mlp.History
				var err error
				if stream {
					h, err = net.FitBatches(context.Background(), inBatches(x, c.y, 10, 10, 7, 10, 8), opts)
				} else {
					opts.BatchSize = 10
					h, err = net.Fit(context.Background(), x, c.y, opts)
				}
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				return net, states, h
			}
			whole, states, want := train(nil, true)
			plain, _, _ := train(nil, false)
			if !sameBits(weights(plain), weights(whole)) {
				t.Errorf("%s: taking states changes the weights", name)
			}
			for k, s := range states.states {
				resumed, rest, h := train(s, true)
				at := fmt.Sprintf("%s, stream %t, resumed after %d epochs and %d steps", name, stream, len(s.Epochs), s.Steps)
				if !sameBits(weights(resumed), weights(whole)) {
					t.Errorf("%s: other weights", at)
				}
				if len(rest.states) != len(states.states)-k-1 || h.BestEpoch != want.BestEpoch || len(h.Epochs) != 3 {
					t.Fatalf("%s: %d states, best epoch %d of %d", at, len(rest.states), h.BestEpoch, len(h.Epochs))
				}
				for i, e := range h.Epochs {
					w := want.Epochs[i]
					if e.Train != w.Train || *e.Validation != *w.Validation || e.LearningRate != w.LearningRate || e.GradientNorm != w.GradientNorm {
						t.Errorf("%s: epoch %+v, want %+v", at, e, w)
					}
				}
			}
		}
	}
}

// What has been trained on must come again.
func TestResumeWithOtherBatches(t *testing.T) {
	x, _, _, numbers := samples(40)
	sizes := []int{10, 10, 10, 10}
	states := &stepCheckpoints{}
	net := regressor(t, mlp.WithSeed(1))
	states.net = func() mlp.Network { return net }
	if _, err := net.FitBatches(context.Background(), inBatches(x, numbers, sizes...), mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{states}}); err != nil {
		t.Fatal(err)
	}
	state := states.states[7] // after the third step of the second epoch
	full := errors.New("disk on fire")
	const changed = "mlp: FitBatches: Resume is of other data: the first 3 batches of epoch 2 are not those that were trained on"
	for name, c := range map[string]struct {
		batches mlp.Batches
		want    string
	}{
		"a number of x":     {inBatches(with(x, 29, 1, 0.5), numbers, sizes...), changed},
		"a target":          {inBatches(x, with(numbers, 0, 0, 0.5), sizes...), changed},
		"sizes":             {inBatches(x, numbers, 10, 11, 9, 10), changed},
		"order":             {inBatches(swapRows(x, 3, 4), swapRows(numbers, 3, 4), sizes...), changed},
		"fewer rows":        {inBatches(x, numbers, 10, 10, 5), changed},
		"fewer batches":     {inBatches(x, numbers, 10, 10), "mlp: FitBatches: Resume is of other data: 3 batches of epoch 2 were trained on, which has 2 here"},
		"an error":          {failingAfter(inBatches(x, numbers, sizes...), 2, full), "mlp: FitBatches: epoch 2, batch 3: disk on fire"},
		"a row that is new": {inBatches(with(x, 30, 1, 0.5), numbers, sizes...), ""},
	} {
		other := regressor(t, mlp.WithSeed(1))
		h, err := other.FitBatches(context.Background(), c.batches, mlp.FitOptions{Epochs: 2, Resume: state})
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || err.Error() != c.want || len(h.Epochs) != 1 {
			t.Errorf("%s: %d epochs\ngot  %v\nwant %s", name, len(h.Epochs), err, c.want)
		}
		if !sameBits(weights(other), slices.Concat(paramValues(state)...)) {
			t.Errorf("%s: the weights are not those of the state", name)
		}
	}
}

func paramValues(s *mlp.TrainingState) (values [][]float64) {
	for _, p := range s.Params {
		values = append(values, p.Value)
	}
	return values
}

func swapRows(m *mat.Dense, i, j int) *mat.Dense {
	swapped := mat.DenseCopyOf(m)
	swapped.SetRow(i, m.RawRowView(j))
	swapped.SetRow(j, m.RawRowView(i))
	return swapped
}

// failingAfter returns the first batches, and then the error.
func failingAfter(batches mlp.Batches, first int, err error) mlp.Batches {
	return func(epoch int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			i := 0
			for d, e := range batches(epoch) {
				if i++; i > first {
					yield(mlp.Dataset{}, err)
					return
				}
				if !yield(d, e) {
					return
				}
			}
		}
	}
}

// A TimeLimit counts the batches that are gone through, too, and leaves the network
// with the weights of the state.
func TestTimeLimitBeforeResumed(t *testing.T) {
	x, _, _, numbers := samples(40)
	states := &stepCheckpoints{}
	net := regressor(t, mlp.WithSeed(1))
	states.net = func() mlp.Network { return net }
	opts := mlp.FitOptions{Epochs: 1, BatchSize: 10, Callbacks: []mlp.Callback{states}}
	fit(t, net, x, numbers, opts)
	net = regressor(t, mlp.WithSeed(1))
	opts.Resume, opts.Callbacks = states.states[1], []mlp.Callback{mlp.TimeLimit(0)}
	h := fit(t, net, x, numbers, opts)
	if h.Stopped == nil || len(h.Epochs) != 0 || !sameBits(weights(net), slices.Concat(paramValues(opts.Resume)...)) {
		t.Errorf("the run went on: %d epochs, stopped by %v", len(h.Epochs), h.Stopped)
	}
}

// A state is not trusted.
func TestMistakesInPartialStates(t *testing.T) {
	x, _, _, numbers := samples(40)
	set := func(i int, v uint64) func(s *mlp.TrainingState) {
		return func(s *mlp.TrainingState) {
			s.Partial = slices.Clone(s.Partial)
			binary.LittleEndian.PutUint64(s.Partial[8*i:], v)
		}
	}
	number := func(i int, v float64) func(s *mlp.TrainingState) { return set(i, math.Float64bits(v)) }
	score := 8*8 + 20
	for _, c := range []struct {
		change func(s *mlp.TrainingState)
		epochs int
		want   string
	}{
		{func(s *mlp.TrainingState) { s.Partial = []byte{} }, 2, ".Partial has 0 bytes, want at least 84"},
		{func(s *mlp.TrainingState) { s.Partial = s.Partial[:83] }, 2, ".Partial has 83 bytes, want at least 84"},
		{func(s *mlp.TrainingState) { s.Partial = s.Partial[:len(s.Partial)-1] }, 2, ".Partial: "},
		{func(s *mlp.TrainingState) { s.Partial = s.Partial[:score] }, 2, ": the state of a score has 0 numbers, want 2"},
		{func(s *mlp.TrainingState) {
			s.Partial = slices.Clone(s.Partial)
			binary.LittleEndian.PutUint64(s.Partial[score:], math.Float64bits(math.NaN()))
		}, 2, ": the state of a score has NaN in place 0"},
		{func(s *mlp.TrainingState) { s.Partial = bytes.Replace(s.Partial, []byte("pcg:"), []byte("PCG:"), 1) }, 2, ".Partial: invalid PCG encoding"},
		{set(0, 0), 2, ".Partial is of 0 steps and 3 batches"},
		{set(0, 1<<63), 2, ".Partial is of -9223372036854775808 steps and 3 batches"},
		{set(0, 4), 2, ".Partial is of 4 steps and 3 batches"},
		{set(1, 1<<62), 2, ".Partial is of 3 steps and 4611686018427387904 batches"},
		{set(1, 9), 2, " is of other data: 9 batches of epoch 2 were trained on, which has 4 here"},
		{set(2, 1), 2, " is of other data: the first 3 batches of epoch 2 are not those that were trained on"},
		{number(3, math.NaN()), 2, ".Partial is of a loss of NaN with weight 30"},
		{number(4, -1), 2, ".Partial is of a loss of "},
		{number(5, -1), 2, ".Partial is of a rate of -1, "},
		{number(6, math.NaN()), 2, ".Partial is of a rate of 1, a gradient of NaN and "},
		{set(7, 1<<63), 2, ".Partial is of a rate of 1, "},
		{func(s *mlp.TrainingState) { s.Steps = 2 }, 2, " is of 2 steps, 3 in an epoch that has not ended, which has 4 here"},
		{func(s *mlp.TrainingState) { s.Steps = 6 }, 2, " is of 3 steps, which are not those of 1 epochs of 4"},
		{func(s *mlp.TrainingState) { s.Epochs = nil }, 2, " is of 4 steps, which are not those of 0 epochs of 4"},
		{func(s *mlp.TrainingState) { s.EpochSteps = 5 }, 2, " is of 5 steps in an epoch, the batches here make 4"},
		{func(s *mlp.TrainingState) {}, 1, " is of 2 epochs, Epochs is 1"},
		{func(s *mlp.TrainingState) { s.Partial = nil }, 2, " is of 7 steps, which are not those of 1 epochs of 4"},
	} {
		states := &stepCheckpoints{}
		net := regressor(t, mlp.WithSeed(1))
		states.net = func() mlp.Network { return net }
		opts := mlp.FitOptions{Epochs: 2, BatchSize: 10, Callbacks: []mlp.Callback{states}}
		fit(t, net, x, numbers, opts)
		s := *states.states[7]
		c.change(&s)
		opts.Epochs, opts.Resume, opts.Callbacks = c.epochs, &s, nil
		_, err := regressor(t, mlp.WithSeed(1)).Fit(context.Background(), x, numbers, opts)
		if err == nil || !strings.HasPrefix(err.Error(), "mlp: Fit: Resume"+c.want) {
			t.Errorf("got  %v\nwant mlp: Fit: Resume%s", err, c.want)
		}
	}
}

// A Checkpoint within epochs saves a network that answers with the average, as at
// the end of one, and continues from the file.
func TestCheckpointSteps(t *testing.T) {
	x, _, _, numbers := samples(40)
	crash := errors.New("crash")
	for _, c := range []mlp.Checkpoint{{Steps: 3}, {Interval: 1}} {
		path := filepath.Join(t.TempDir(), "run")
		c.Path, c.Every = path, 9
		train := func(net mlp.Network, resume *mlp.TrainingState, callbacks ...mlp.Callback) error {
			_, err := net.FitBatches(context.Background(), inBatches(x, numbers, 10, 10, 10, 10), mlp.FitOptions{
				Epochs: 2, AverageDecay: 0.5, Resume: resume, Callbacks: append(callbacks, &c),
			})
			return err
		}
		whole := regressor(t, mlp.WithSeed(1))
		if err := train(whole, nil); err != nil {
			t.Fatal(err)
		}
		err := train(regressor(t, mlp.WithSeed(1)), nil, onBatch(func(b *mlp.Batch) error {
			if b.Epoch == 2 && b.Step == 4 {
				return crash
			}
			return nil
		}))
		if !errors.Is(err, crash) {
			t.Fatal(err)
		}
		net, state, err := mlp.LoadCheckpoint(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(state.Epochs) != 1 || state.Steps != 7 {
			t.Errorf("%+v saves after %d epochs and %d steps", c, len(state.Epochs), state.Steps)
		}
		if slices.Equal(state.Params[0].Value, state.Params[0].Average) || !slices.Equal(net.Layers()[0].Params()[0].Value.RawMatrix().Data, state.Params[0].Average) {
			t.Error("the network in the file has not the average")
		}
		if err := train(net, state); err != nil || !sameBits(weights(net), weights(whole)) {
			t.Errorf("%+v: other weights when resumed (%v)", c, err)
		}
	}
}

// Weights that are not finite are never saved, so that the last good file stays.
func TestCheckpointStepsOfDivergence(t *testing.T) {
	x, _, _, numbers := samples(40)
	net := regressor(t, mlp.WithSeed(1))
	states := &stepCheckpoints{net: func() mlp.Network { return net }}
	var diverged *mlp.DivergedError
	_, err := net.FitBatches(context.Background(), inBatches(x, scaledBy(numbers, 1e3), 10, 10), mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 1e307}, Callbacks: []mlp.Callback{states}})
	if !errors.As(err, &diverged) || states.states[len(states.states)-1] != nil {
		t.Errorf("got %v", err)
	}
	if _, err := net.Predict(x); err != nil {
		t.Error(err)
	}
}

func TestMistakesInCheckpointSteps(t *testing.T) {
	x, _, _, numbers := samples(40)
	path := filepath.Join(t.TempDir(), "run")
	for _, c := range []struct {
		checkpoint mlp.Checkpoint
		average    float64
		want       string
	}{
		{mlp.Checkpoint{Path: path, Steps: -1}, 0, "mlp: Fit: callback: Checkpoint.Steps is -1, want at least 1 (or 0 for the default)"},
		{mlp.Checkpoint{Path: path, Interval: -1}, 0, "mlp: Fit: callback: Checkpoint.Interval is -1ns, want at least 0"},
		{mlp.Checkpoint{Path: filepath.Join(path, "x"), Steps: 1}, 0, "mlp: Fit: callback: Checkpoint: open " + path},
		{mlp.Checkpoint{Path: path, Interval: time.Hour}, 0.9, "mlp: Fit: callback 0 is a Checkpoint within epochs: AverageDecay with BatchNorm has no state within an epoch, as it takes the statistics for the average at the end"},
	} {
		net := model(t, mlp.MeanSquaredError, nil, mlp.BatchNorm(4), mlp.Dense(4, 2, mlp.Identity))
		_, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 1, AverageDecay: c.average, Callbacks: []mlp.Callback{&c.checkpoint}})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	net := model(t, mlp.MeanSquaredError, nil, mlp.BatchNorm(4), mlp.Dense(4, 2, mlp.Identity))
	states := &stepCheckpoints{net: func() mlp.Network { return net }}
	_, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 1, AverageDecay: 0.9, Callbacks: []mlp.Callback{states}})
	if want := "mlp: Fit: callback: AverageDecay with BatchNorm has no state within an epoch"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

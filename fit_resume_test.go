package mlp_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// checkpoints keeps the state of a run after each epoch.
type checkpoints struct{ states []*mlp.TrainingState }

func (c *checkpoints) EpochEnd(*mlp.Epoch) error { return nil }

func (c *checkpoints) Checkpoint(epoch int, take func() (*mlp.TrainingState, error)) error {
	s, err := take()
	c.states = append(c.states, s)
	return err
}

// resumable returns a network and options with everything that has a state.
func resumable(t *testing.T, opt mlp.Optimizer) (mlp.Network, mlp.FitOptions) {
	layers := append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity, mlp.WithL2(1e-3)))
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(7)}, layers...)
	return net, mlp.FitOptions{
		Epochs: 9, BatchSize: 7, AccumulateSteps: 2, Optimizer: opt, ValidationSplit: 0.2, AverageDecay: 0.9, ClipNorm: 1,
		Schedule: mlp.Warmup{Epochs: 3, Start: 0.1, Then: mlp.ExponentialDecay{Factor: 0.9}},
		Callbacks: []mlp.Callback{
			&mlp.EarlyStopping{Patience: 9, Monitor: script(5, 4, 3, 4, 5, 6, 7, 8, 9)},
		},
	}
}

// A run that is resumed after any epoch, in another network, goes on to the
// same bits.
func TestResume(t *testing.T) {
	x, _, _, numbers := samples(60)
	for _, opt := range append(testkit.Rules, mlp.SGD{Momentum: 0.9}, mlp.Adam{AMSGrad: true}) {
		for _, plateau := range []bool{false, true} {
			build := func() (mlp.Network, mlp.FitOptions, *checkpoints) {
				net, opts := resumable(t, opt)
				c := &checkpoints{}
				opts.Callbacks = append(opts.Callbacks, c)
				if plateau {
					opts.Schedule = &mlp.ReduceOnPlateau{Patience: 1, Monitor: script(5, 5, 4, 4, 4, 3, 3, 3, 2)}
				}
				return net, opts, c
			}
			whole, opts, states := build()
			want := fit(t, whole, x, numbers, opts)
			for _, k := range []int{1, 4, 9} {
				net, opts, again := build()
				opts.Resume = states.states[k-1]
				h := fit(t, net, x, numbers, opts)
				if !sameBits(weights(net), weights(whole)) {
					t.Errorf("%s: other weights when resumed after epoch %d", opt.Name(), k)
				}
				if h.BestEpoch != want.BestEpoch || len(h.Epochs) != 9 || len(again.states) != 9-k {
					t.Fatalf("%s: best epoch %d of %d, want %d of %d; %d states", opt.Name(), h.BestEpoch, len(h.Epochs), want.BestEpoch, len(want.Epochs), len(again.states))
				}
				for i, e := range h.Epochs {
					w := want.Epochs[i]
					if e.Number != i+1 || e.Train != w.Train || *e.Validation != *w.Validation || e.LearningRate != w.LearningRate || e.GradientNorm != w.GradientNorm {
						t.Errorf("%s: resumed after %d: %+v, want %+v", opt.Name(), k, e, w)
					}
				}
			}
		}
	}
}

// The states share no memory with the run, which goes on.
func TestStatesAreCopies(t *testing.T) {
	x, _, _, numbers := samples(60)
	net, opts := resumable(t, mlp.Adam{})
	c := &checkpoints{}
	var first []float64
	opts.Callbacks = []mlp.Callback{c, mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number == 1 {
			first = weights(net)
		}
		return nil
	})}
	fit(t, net, x, numbers, opts)
	s := c.states[0]
	i := 0
	for _, l := range net.Layers() {
		for range l.Params() {
			p := s.Params[i]
			values := p.Value
			if p.Average != nil {
				values = p.Average
			}
			if !sameBits(values, first[:len(values)]) {
				t.Errorf("%s: not the values after the first epoch", p.Name)
			}
			first = first[len(values):]
			i++
		}
	}
	if p := s.Params[0]; p.Name != "layers.0.weight" || len(p.Slots) != 2 || len(p.Average) != 4 {
		t.Errorf("the first parameter is %+v", p)
	}
	if p := s.Params[2]; p.Name != "layers.0.running_mean" || p.Slots != nil || len(p.Average) != 4 {
		t.Errorf("the running mean is %+v", p)
	}
	if s.Rows != 48 || s.Steps != 4 || s.EpochSteps != 4 || len(s.Epochs) != 1 || s.Optimizer != "adam" || s.Seed != 7 {
		t.Errorf("state %+v", s)
	}
}

func TestResumeFitBatches(t *testing.T) {
	x, _, _, numbers := samples(60)
	train := func(resume *mlp.TrainingState) (mlp.Network, *checkpoints) {
		net := regressor(t, mlp.WithSeed(1))
		c := &checkpoints{}
		_, err := net.FitBatches(context.Background(), inBatches(x, numbers, 20, 30, 10), mlp.FitOptions{
			Epochs: 5, Schedule: mlp.ExponentialDecay{Factor: 0.5}, Callbacks: []mlp.Callback{c}, Resume: resume,
		})
		if err != nil {
			t.Fatal(err)
		}
		return net, c
	}
	want, c := train(nil)
	if got, _ := train(c.states[1]); !sameBits(weights(got), weights(want)) {
		t.Error("other weights")
	}
}

// Numbers in the states of callbacks, which come from a file, are such as the
// callbacks have: nothing else gets into the weights or their rate.
func TestStatesOfCallbacksAreChecked(t *testing.T) {
	x, _, _, numbers := samples(60)
	set := func(b []byte, i int, v float64) []byte {
		b = slices.Clone(b)
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(v))
		return b
	}
	stopping := "mlp: Fit: Resume: state of *mlp.EarlyStopping: "
	plateau := "mlp: Fit: Resume: state of *mlp.ReduceOnPlateau: "
	for _, c := range []struct {
		callback, entry int
		value           float64
		want            string
	}{
		{0, 0, math.NaN(), stopping + "the best epoch is NaN, its value 5"},
		{0, 0, 0, stopping + "the best epoch is 0, its value 5"},
		{0, 1, math.NaN(), stopping + "the best epoch is 1, its value NaN"},
		{0, 2, math.NaN(), stopping + "weight 0 is NaN: not finite"},
		{0, 9, math.Inf(1), stopping + "weight 7 is +Inf: not finite"},
		{1, 0, -1, plateau + "the scale is -1 and the best value 5, 0 epochs ago"},
		{1, 0, math.Inf(1), plateau + "the scale is +Inf and the best value 5, 0 epochs ago"},
		{1, 1, math.NaN(), plateau + "the scale is 1 and the best value NaN, 0 epochs ago"},
		{1, 2, -1, plateau + "the scale is 1 and the best value 5, -1 epochs ago"},
	} {
		build := func() (mlp.Network, mlp.FitOptions) {
			net, opts := resumable(t, mlp.Adam{})
			opts.Schedule = &mlp.ReduceOnPlateau{Monitor: script(5, 5, 5, 5, 5, 5, 5, 5, 5)}
			return net, opts
		}
		net, opts := build()
		states := &checkpoints{}
		opts.Epochs, opts.Callbacks = 1, append(opts.Callbacks, states)
		fit(t, net, x, numbers, opts)

		net, opts = build()
		before := weights(net)
		opts.Resume = states.states[0]
		opts.Resume.Callbacks[c.callback] = set(opts.Resume.Callbacks[c.callback], c.entry, c.value)
		if _, err := net.Fit(context.Background(), x, numbers, opts); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if !sameBits(before, weights(net)) {
			t.Error("the weights have moved")
		}
	}
}

func TestMistakesInResume(t *testing.T) {
	x, _, _, numbers := samples(60)
	nan := func(p []float64) []float64 { return append([]float64{math.NaN()}, p[1:]...) }
	for _, c := range []struct {
		change func(s *mlp.TrainingState, o *mlp.FitOptions)
		want   string
	}{
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Seed = 8 }, "mlp: Fit: Resume is of a network with seed 8, this one has 7"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Rows = 50 }, "mlp: Fit: Resume is of training on 50 rows, here are 48"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.Optimizer = mlp.SGD{} }, `mlp: Fit: Resume is of optimizer "adam", this one is "sgd"`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.Optimizer = mlp.Adam{AMSGrad: true} }, `mlp: Fit: Resume is of 2 slots of "layers.0.weight", the optimizer has 3`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.AverageDecay = 0 }, `mlp: Fit: Resume is of 4 averages of "layers.0.weight", AverageDecay wants 0`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { o.Callbacks = nil }, "mlp: Fit: Resume is of 1 callbacks with a state, here are 0"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params = s.Params[1:] }, "mlp: Fit: Resume is of 51 parameters, the network has 52"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[1].Name = "layers.0.beta" }, `mlp: Fit: Resume is of "layers.0.beta" where the network has "layers.0.bias"`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[1].Value = nil }, `mlp: Fit: Resume is of 0 numbers of "layers.0.bias", the network has 4`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[0].Slots = [][]float64{{1}, {2}} }, `mlp: Fit: Resume is of 1 numbers in slot 0 of "layers.0.weight", the parameter has 4`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Params[0].Average = nan(s.Params[0].Average) }, `mlp: Fit: Resume: "layers.0.weight" has NaN in place 0: not finite`},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Steps = -1 }, "mlp: Fit: Resume is of -1 steps, 4 in the last epoch"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Generator = []byte("pcg") }, "mlp: Fit: Resume: invalid PCG encoding"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks = [][]byte{{1}} }, "mlp: Fit: Resume: state of *mlp.EarlyStopping: 1 bytes, want a multiple of 8"},
		{func(s *mlp.TrainingState, o *mlp.FitOptions) { s.Callbacks = [][]byte{make([]byte, 24)} }, "mlp: Fit: Resume: state of *mlp.EarlyStopping: 3 numbers, want 2 and as many as the network has weights, "},
	} {
		net, opts := resumable(t, mlp.Adam{})
		before := weights(net)
		s := *firstState(t, x, numbers)
		opts.Resume = &s
		c.change(&s, &opts)
		_, err := net.Fit(context.Background(), x, numbers, opts)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if !sameBits(before, weights(net)) {
			t.Error("the weights have moved")
		}
	}
}

// firstState returns the state after the first epoch of a resumable run.
func firstState(t *testing.T, x, y mat.Matrix) *mlp.TrainingState {
	net, opts := resumable(t, mlp.Adam{})
	c := &checkpoints{}
	opts.Epochs, opts.Callbacks = 1, append(opts.Callbacks, c)
	fit(t, net, x, y, opts)
	return c.states[0]
}

// A Checkpointer is told of an epoch after all callbacks, and may end the run.
func TestCheckpointer(t *testing.T) {
	x, _, _, numbers := samples(20)
	boom := errors.New("boom")
	order := []string{}
	net := regressor(t)
	_, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 3, Callbacks: []mlp.Callback{
		onCheckpoint(func(epoch int, take func() (*mlp.TrainingState, error)) error {
			order = append(order, "checkpoint")
			if epoch == 2 {
				return boom
			}
			return nil
		}),
		mlp.CallbackFunc(func(*mlp.Epoch) error { order = append(order, "epoch"); return nil }),
	}})
	if !errors.Is(err, boom) || !slices.Equal(order, []string{"epoch", "checkpoint", "epoch", "checkpoint"}) {
		t.Errorf("%v, %v", order, err)
	}
	_, err = net.Fit(context.Background(), x, numbers, mlp.FitOptions{Optimizer: mlp.LBFGS{}, Callbacks: []mlp.Callback{&checkpoints{}}})
	if err == nil || err.Error() != "mlp: Fit: callback: LBFGS has no state to resume with" {
		t.Errorf("a state of LBFGS gives %v", err)
	}
}

type onCheckpoint func(epoch int, take func() (*mlp.TrainingState, error)) error

func (f onCheckpoint) EpochEnd(*mlp.Epoch) error { return nil }
func (f onCheckpoint) Checkpoint(epoch int, take func() (*mlp.TrainingState, error)) error {
	return f(epoch, take)
}

// Nor does its record of the epochs share memory with a History.
func TestEpochsOfStatesAreCopies(t *testing.T) {
	x, _, _, numbers := samples(20)
	c := &checkpoints{}
	opts := mlp.FitOptions{Epochs: 1, ValidationSplit: 0.2, Callbacks: []mlp.Callback{c}}
	net := regressor(t, mlp.WithSeed(1))
	h := fit(t, net, x, numbers, opts)
	want := *h.Epochs[0].Validation
	h.Epochs[0].Validation.Loss = -1
	opts.Resume = c.states[0]
	h = fit(t, net, x, numbers, opts)
	if got := *h.Epochs[0].Validation; got != want {
		t.Errorf("resumed with %v, want %v", got, want)
	}
	h.Epochs[0].Validation.Loss = -1
	if got := *opts.Resume.Epochs[0].Validation; got != want {
		t.Errorf("the state has %v, want %v", got, want)
	}
}

package mlp_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func biases(_ int, p mlp.Param) bool { return p.Name == "bias" }

func firstLayer(layer int, _ mlp.Param) bool { return layer == 0 }

// eachValue calls f for the parameters of two networks with the same layers.
func eachValue(a, b mlp.Network, f func(layer int, p mlp.Param, a, b []float64)) {
	for i, l := range a.Layers() {
		others := b.Layers()[i].Params()
		for j, p := range l.Params() {
			f(i, p, p.Value.RawMatrix().Data, others[j].Value.RawMatrix().Data)
		}
	}
}

// Each group has its own rule, rate and decay: after one step from the same
// start its values are those of a network trained that way as a whole.
func TestGroups(t *testing.T) {
	x, _, _, numbers := samples(30)
	once := func(opts mlp.FitOptions) mlp.Network {
		net := regressor(t, mlp.WithSeed(3))
		opts.Epochs, opts.BatchSize = 1, 30
		fit(t, net, x, numbers, opts)
		return net
	}
	adam, decayed := mlp.FitOptions{Optimizer: mlp.Adam{}}, mlp.FitOptions{Optimizer: mlp.AdamW{WeightDecay: 0.5}}
	for _, c := range []struct {
		name   string
		common mlp.FitOptions
		group  mlp.Group
		rest   mlp.FitOptions // options equivalent to those of the rest
		member mlp.FitOptions // options equivalent to those of the biases
	}{
		{"optimizer", adam, mlp.Group{Optimizer: mlp.SGD{LearningRate: 0.3}}, adam, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 0.3}}},
		{"rate", adam, mlp.Group{Rate: 4}, adam, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 4e-3}}},
		{"no decay", mlp.FitOptions{WeightDecay: 0.5}, mlp.Group{NoDecay: true}, decayed, adam},
		{"decay", mlp.FitOptions{}, mlp.Group{WeightDecay: 0.5}, adam, decayed},
		{"another decay", mlp.FitOptions{WeightDecay: 0.1}, mlp.Group{WeightDecay: 0.5}, mlp.FitOptions{Optimizer: mlp.AdamW{WeightDecay: 0.1}}, decayed},
		{"rate and decay", mlp.FitOptions{}, mlp.Group{Rate: 2, WeightDecay: 0.5}, adam, mlp.FitOptions{Optimizer: mlp.AdamW{LearningRate: 2e-3, WeightDecay: 0.5}}},
	} {
		c.group.Has = biases
		c.common.Groups = []mlp.Group{c.group}
		net, rest, member := once(c.common), once(c.rest), once(c.member)
		eachValue(net, rest, func(layer int, p mlp.Param, got, want []float64) {
			if p.Name == "weight" && !sameBits(got, want) {
				t.Errorf("%s: layer %d: the weights are not those of the common options", c.name, layer)
			}
		})
		eachValue(net, member, func(layer int, p mlp.Param, got, want []float64) {
			if p.Name == "bias" && !sameBits(got, want) {
				t.Errorf("%s: layer %d: the biases are not those of the group", c.name, layer)
			}
		})
	}
}

// If several groups have a parameter, the first one applies.
func TestFirstGroupCounts(t *testing.T) {
	x, _, _, numbers := samples(30)
	net, before := regressor(t, mlp.WithSeed(3)), regressor(t, mlp.WithSeed(3))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2, Groups: []mlp.Group{{Has: firstLayer, Fixed: true}, {Has: everything, Rate: 2}}})
	eachValue(net, before, func(layer int, p mlp.Param, got, want []float64) {
		if same := sameBits(got, want); same != (layer == 0) {
			t.Errorf("layer %d: %q is as it was: %v", layer, p.Name, same)
		}
	})
}

// Fixed parameters do not change, whatever trains the rest, and count in the
// loss.
func TestFixedParameters(t *testing.T) {
	x, _, _, numbers := samples(30)
	for name, opts := range map[string]mlp.FitOptions{
		"adam":  {Epochs: 3},
		"all":   {Epochs: 3, WeightDecay: 0.1, AverageDecay: 0.9, AccumulateSteps: 2, ClipNorm: 1, ClipValue: 1},
		"lbfgs": {Epochs: 3, Optimizer: mlp.LBFGS{}},
	} {
		build := func() mlp.Network {
			return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)},
				mlp.Dense(4, 5, mlp.Tanh, mlp.WithL2(0.1)), mlp.BatchNorm(5), mlp.Dense(5, 2, mlp.Identity, mlp.WithL2(0.1)))
		}
		net, before := build(), build()
		opts.Groups = []mlp.Group{{Has: firstLayer, Fixed: true}}
		h := fit(t, net, x, numbers, opts)
		eachValue(net, before, func(layer int, p mlp.Param, got, want []float64) {
			if same := sameBits(got, want); same != (layer == 0) {
				t.Errorf("%s: layer %d: %q is as it was: %v", name, layer, p.Name, same)
			}
		})
		penalties := 0.1 * sumOfSquares(before.Layers()[0].Params()[0].Value)
		if h.Epochs[0].Train.Loss < penalties {
			t.Errorf("%s: a loss of %g, the penalty of what is fixed alone is %g", name, h.Epochs[0].Train.Loss, penalties)
		}
	}
}

func sumOfSquares(m *mat.Dense) float64 {
	norm := mat.Norm(m, 2)
	return norm * norm
}

// hurried is a layer that asks for a different learning rate for its weights.
type hurried struct {
	mlp.Layer
	rate float64
}

func (h hurried) Params() []mlp.Param {
	params := h.Layer.Params()
	params[0].Rate = h.rate
	return params
}

func (h hurried) Init(rng *rand.Rand) { h.Layer.(mlp.Seeded).Init(rng) }

func TestRateOfParam(t *testing.T) {
	x, _, _, numbers := samples(30)
	train := func(rate float64, opts mlp.FitOptions) (mlp.Network, error) {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, hurried{mlp.Dense(4, 5, mlp.Tanh), rate}, mlp.Dense(5, 2, mlp.Identity))
		opts.Epochs = 2
		_, err := net.Fit(context.Background(), x, numbers, opts)
		return net, err
	}
	firstWeights := func(layer int, p mlp.Param) bool { return layer == 0 && p.Name == "weight" }
	got, err1 := train(8, mlp.FitOptions{})
	want, err2 := train(0, mlp.FitOptions{Groups: []mlp.Group{{Has: firstWeights, Rate: 8}}})
	if err1 != nil || err2 != nil || !sameBits(weights(got), weights(want)) {
		t.Errorf("Param.Rate is not Group.Rate (%v, %v)", err1, err2)
	}
	both, err := train(4, mlp.FitOptions{Groups: []mlp.Group{{Has: firstWeights, Rate: 2}}})
	if err != nil || !sameBits(weights(both), weights(want)) {
		t.Errorf("both rates are not their product (%v)", err)
	}
	if _, err := train(-1, mlp.FitOptions{}); err == nil || !strings.Contains(err.Error(), `mlp: Fit: layer 0: parameter "weight": Rate is -1, want a finite number of at least 0`) {
		t.Error(err)
	}
}

func TestMistakesInGroups(t *testing.T) {
	x, _, _, numbers := samples(20)
	group := func(g mlp.Group) mlp.FitOptions { return mlp.FitOptions{Groups: []mlp.Group{g}} }
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{group(mlp.Group{}), "mlp: Fit: group 0: nil function Has"},
		{group(mlp.Group{Has: biases, Rate: nan}), "mlp: Fit: group 0: Rate is NaN, want a finite number of at least 0"},
		{group(mlp.Group{Has: biases, WeightDecay: -1}), "mlp: Fit: group 0: WeightDecay is -1, want a finite number of at least 0"},
		{group(mlp.Group{Has: biases, WeightDecay: 1, NoDecay: true}), "mlp: Fit: group 0: both WeightDecay and NoDecay, want one"},
		{group(mlp.Group{Has: biases, Fixed: true, Rate: 2}), "mlp: Fit: group 0: Rate with Fixed, which trains nothing"},
		{group(mlp.Group{Has: biases, Optimizer: mlp.Adam{Beta1: 2}}), "mlp: Fit: group 0: Adam.Beta1 is 2, want a number in [0, 1)"},
		{group(mlp.Group{Has: func(layer int, p mlp.Param) bool { return layer == 2 }, Rate: 2}), "mlp: Fit: group 0 has no parameter, or an earlier group has them all"},
		{mlp.FitOptions{Groups: []mlp.Group{{Has: everything}, {Has: biases}}}, "mlp: Fit: group 1 has no parameter, or an earlier group has them all"},
		{group(mlp.Group{Has: everything, Fixed: true}), "mlp: Fit: Groups leave no parameter to train"},
		{mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 0.1}, WeightDecay: 20}, `mlp: Fit: parameter "layers.0.weight": a WeightDecay of 20 times the learning rate 0.1 is above 1, want less`},
		{group(mlp.Group{Has: biases, Rate: 200, WeightDecay: 10}), `mlp: Fit: parameter "layers.0.bias": a WeightDecay of 10 times the learning rate 0.2 is above 1, want less`},
		{mlp.FitOptions{WeightDecay: 0.1, Groups: []mlp.Group{{Has: everything, NoDecay: true}}}, "mlp: Fit: WeightDecay of which Groups leave no parameter"},
		{mlp.FitOptions{WeightDecay: -1}, "mlp: Fit: WeightDecay is -1, want a finite number of at least 0"},
		{mlp.FitOptions{WeightDecay: 0.1, Optimizer: mlp.AdamW{}}, "mlp: Fit: WeightDecay with adamw, which decays by itself: take Adam, or Lion without WeightDecay"},
		{mlp.FitOptions{Optimizer: mlp.Lion{WeightDecay: 1}, Groups: []mlp.Group{{Has: biases, NoDecay: true}}}, "mlp: Fit: Groups[0].NoDecay with lion, which decays by itself: take Adam, or Lion without WeightDecay"},
		{mlp.FitOptions{WeightDecay: 0.1, Groups: []mlp.Group{{Has: biases, Optimizer: mlp.AdamW{}}}}, "mlp: Fit: WeightDecay with adamw, which decays by itself: take Adam, or Lion without WeightDecay"},
		{mlp.FitOptions{DecaySchedule: mlp.CosineDecay{}}, "mlp: Fit: DecaySchedule without WeightDecay"},
	} {
		if _, err := regressor(t).Fit(context.Background(), x, numbers, c.opts); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// A run with groups resumes to the same bits, from memory and from a file, and
// only with the same groups.
func TestResumeGroups(t *testing.T) {
	x, _, _, numbers := samples(40)
	path := filepath.Join(t.TempDir(), "run")
	groups := []mlp.Group{{Has: biases, Optimizer: mlp.SGD{Momentum: 0.9}, Rate: 0.5}, {Has: firstLayer, Fixed: true}}
	options := func(c mlp.Callback, epochs int) mlp.FitOptions {
		return mlp.FitOptions{Epochs: epochs, Groups: groups, Seed: 5, WeightDecay: 0.1, Schedule: mlp.CosineLog{Epochs: 6}, Callbacks: []mlp.Callback{c}}
	}
	whole := regressor(t, mlp.WithSeed(1))
	states := &checkpoints{}
	fit(t, whole, x, numbers, options(states, 6))
	if p := states.states[0].Params; p[0].Group != "fixed" || p[1].Group != "sgd" || p[2].Group != "" || len(p[0].Slots) != 0 || len(p[1].Slots) != 1 || len(p[2].Slots) != 2 {
		t.Errorf("the state has %+v", p)
	}

	opts := options(states, 6)
	opts.Resume = states.states[2]
	net := regressor(t, mlp.WithSeed(1))
	fit(t, net, x, numbers, opts)
	if !sameBits(weights(net), weights(whole)) {
		t.Error("other weights when resumed")
	}

	half := regressor(t, mlp.WithSeed(1))
	fit(t, half, x, numbers, options(&mlp.Checkpoint{Path: path}, 3))
	loaded, state, err := mlp.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	opts.Resume = state
	fit(t, loaded, x, numbers, opts)
	if !sameBits(weights(loaded), weights(whole)) {
		t.Error("other weights when resumed from a file")
	}

	for want, change := range map[string]func(*mlp.FitOptions){
		`is of "layers.0.weight" in a group "fixed", here that is ""`: func(o *mlp.FitOptions) {
			o.Groups = groups[:1]
			o.Resume.Params[0].Slots = [][]float64{make([]float64, 20), make([]float64, 20)}
		},
		"is of a run with Seed 5, this one has 6": func(o *mlp.FitOptions) { o.Seed = 6 },
	} {
		o := opts
		if _, o.Resume, err = mlp.LoadCheckpoint(path); err != nil {
			t.Fatal(err)
		}
		change(&o)
		if _, err := regressor(t, mlp.WithSeed(1)).Fit(context.Background(), x, numbers, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

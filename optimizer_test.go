package mlp_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// path returns the value of a parameter after each step.
func path(opt mlp.Rule, start float64, grads ...float64) []float64 {
	w, slots := []float64{start}, newSlots(opt, 1)
	var p []float64
	for i, g := range grads {
		opt.Step(w, []float64{g}, slots, 1, i+1)
		p = append(p, w[0])
	}
	return p
}

func TestOptimizersByHand(t *testing.T) {
	for name, c := range map[string]struct {
		opt   mlp.Rule
		start float64
		grads []float64
		want  []float64
	}{
		// Nesterov once: v = 0.9·v − 0.1, w += 0.9·v − 0.1 with v = −0.1,
		// −0.19, −0.271.
		"nesterov": {mlp.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true}, 0,
			[]float64{1, 1, 1}, []float64{-0.19, -0.461, -0.8049}},
		// For a constant gradient m̂ = g and v̂ = g² in every step, if t counts
		// them: w decreases by η each time.
		"adam": {mlp.Adam{LearningRate: 0.1}, 0,
			[]float64{2000, 2000, 2000, 2000}, []float64{-0.1, -0.2, -0.3, -0.4}},
		// β₂ = 0.5 has ρ∞ = 3: there are only steps η·m̂.
		"radam, never rectified": {mlp.RAdam{LearningRate: 0.1, Beta2: 0.5}, 0,
			[]float64{2, 2, 2}, []float64{-0.2, -0.4, -0.6}},
		// c = 0.1, then 0.9·0.01 − 0.1·0.05 = 0.004, then 0.9·0.0094 − 0.1·0.1
		// = −0.00154, then 0.9·0.008306; with the decay λ = 0.1
		// w = 1 − 0.11, 0.89 − 0.1·1.089, 0.7811 + 0.1·(1 − 0.07811),
		// 0.873289 − 0.1·1.0873289.
		"lion": {mlp.Lion{LearningRate: 0.1, WeightDecay: 0.1}, 1,
			[]float64{1, -0.05, -0.1, 0}, []float64{0.89, 0.7811, 0.873289, 0.76455611}},
		// sign(0) = 0: only the decay remains.
		"lion, no gradient": {mlp.Lion{LearningRate: 0.1, WeightDecay: 0.1}, 1,
			[]float64{0, 0}, []float64{0.99, 0.9801}},
		// Step sizes 0.1, 0.12, then 0.06 with a rest, 0.06 and 0.072.
		"rprop": {mlp.Rprop{LearningRate: 0.1}, 0,
			[]float64{3, 0.1, -7, -1e-200, -1e-200}, []float64{-0.1, -0.22, -0.22, -0.16, -0.088}},
		// 0.11 instead of 0.12, and 0.09 instead of 0.055.
		"rprop, limits": {mlp.Rprop{LearningRate: 0.1, MinStep: 0.09, MaxStep: 0.11}, 0,
			[]float64{1, 1, -1, -1}, []float64{-0.1, -0.21, -0.21, -0.12}},
		// The root is that of 0.75 + 0.25 and then of 1 + 1.25.
		"adagrad, initial": {mlp.Adagrad{LearningRate: 0.1, InitialAccumulator: 0.75}, 0,
			[]float64{0.5, math.Sqrt(1.25)}, []float64{-0.05, -0.05 - 0.1*math.Sqrt(1.25)/1.5}},
	} {
		for i, got := range path(c.opt, c.start, c.grads...) {
			near(t, fmt.Sprintf("%s, step %d", name, i+1), got, c.want[i], 1e-9)
		}
	}
}

func TestNAdamAgainstFormula(t *testing.T) {
	var grads []float64
	for i := range 500 {
		grads = append(grads, math.Sin(float64(i*i)))
	}
	want := path(testkit.NAdamByFormula{}, 1, grads...)
	for i, got := range path(mlp.NAdam{}, 1, grads...) {
		near(t, fmt.Sprintf("step %d", i+1), got, want[i], 1e-12)
	}
}

// stepRecorder is Adam that records the t it is called with, by the length of
// the parameter.
type stepRecorder struct {
	mlp.Adam
	seen map[int][]int
}

func (r stepRecorder) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	r.seen[len(w)] = append(r.seen[len(w)], t)
	r.Adam.Step(w, g, slots, scale, t)
}

// t counts steps, and not epochs or parameters.
func TestStepsAreCounted(t *testing.T) {
	x, classes, _, _ := samples(10)
	opt := stepRecorder{seen: make(map[int][]int)}
	net := model(t, mlp.CategoricalCrossEntropy, nil, mlp.Dense(4, 5, mlp.ReLU), mlp.Dense(5, 3, mlp.Softmax))
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 2, BatchSize: 4, Optimizer: opt})
	for _, size := range []int{4 * 5, 5, 5 * 3, 3} {
		if want := []int{1, 2, 3, 4, 5, 6}; !slices.Equal(opt.seen[size], want) {
			t.Errorf("parameter of %d numbers: t is %v, want %v", size, opt.seen[size], want)
		}
	}
}

// Besides the step of Adam, AdamW subtracts η·λ·w from a weight, whatever the
// scale of the gradient.
func TestAdamWDecayIsDecoupled(t *testing.T) {
	const rate, decay = 0.01, 0.3
	for _, factor := range []float64{1e-3, 1, 1e3} {
		grads := []float64{2 * factor, -factor, 3 * factor}
		want := 5.0
		last := want
		adam := path(mlp.Adam{LearningRate: rate}, 0, grads...)
		for i, got := range path(mlp.AdamW{LearningRate: rate, WeightDecay: decay}, want, grads...) {
			step := adam[i]
			if i > 0 {
				step -= adam[i-1]
			}
			want = last*(1-rate*decay) + step
			near(t, fmt.Sprintf("gradients of %g, step %d", factor, i+1), got, want, 1e-12)
			last = got
		}
	}
}

// A schedule scales the decay of AdamW and Lion and every step of Rprop, but
// not its step sizes.
func TestScaleOfSteps(t *testing.T) {
	w, slots := []float64{1}, newSlots(mlp.AdamW{}, 1)
	mlp.AdamW{LearningRate: 0.1, WeightDecay: 0.5}.Step(w, []float64{0}, slots, 0.1, 1)
	near(t, "adamw", w[0], 1-0.1*0.1*0.5, 1e-15)

	w, slots = []float64{1}, newSlots(mlp.Lion{}, 1)
	mlp.Lion{LearningRate: 0.1, WeightDecay: 0.5}.Step(w, []float64{0}, slots, 0.1, 1)
	near(t, "lion", w[0], 1-0.1*0.1*0.5, 1e-15)

	w, slots = []float64{0}, newSlots(mlp.Rprop{}, 1)
	rprop := mlp.Rprop{LearningRate: 0.1}
	rprop.Step(w, []float64{1}, slots, 0.1, 1)
	rprop.Step(w, []float64{1}, slots, 1, 2)
	near(t, "rprop", w[0], -0.01-0.12, 1e-15)
}

func TestOptimizersOnExtremeGradients(t *testing.T) {
	for _, opt := range append(testkit.Rules, mlp.Adam{AMSGrad: true}, mlp.RMSprop{Momentum: 0.9}) {
		for _, g := range []float64{0, 5e-324, 1e-300, 1000, -1000, 1e160, -1e300} {
			for i, w := range path(opt, 0.5, g, g, g, 0, g, g, g, g) {
				if math.IsNaN(w) || math.IsInf(w, 0) {
					t.Errorf("%s: a gradient of %g gives %v in step %d", opt.Name(), g, w, i+1)
					break
				}
			}
		}
		if w := path(opt, 0.5, math.NaN()); !math.IsNaN(w[0]) {
			t.Errorf("%s: a gradient that is NaN gives %v", opt.Name(), w[0])
		}
	}
}

// Under the root of a centered RMSprop, rounding could make zero negative.
func TestCenteredRMSpropOnConstantGradient(t *testing.T) {
	for i := range 100 {
		g := 0.03 * float64(i+1)
		grads := slices.Repeat([]float64{g}, 1000)
		for i, w := range path(mlp.RMSprop{Centered: true}, 0, grads...) {
			if math.IsNaN(w) {
				t.Fatalf("gradient %g: NaN in step %d", g, i+1)
			}
		}
	}
}

// slots is an optimizer with this many slots, which it does not use.
type slots int

func (slots) Name() string                                                 { return "slots" }
func (s slots) Rate() float64                                              { return 0.1 }
func (s slots) Slots() int                                                 { return int(s) }
func (slots) Step(w, g []float64, slots [][]float64, scale float64, t int) {}

// An optimizer that requests more memory than exists gets none.
func TestNumberOfSlots(t *testing.T) {
	x, _, _, numbers := samples(9)
	for n, ok := range map[slots]bool{-1: false, 0: true, 100: true, 101: false, math.MaxInt: false, math.MinInt: false} {
		opts := mlp.FitOptions{Epochs: 1, Optimizer: n}
		_, err1 := regressor(t).Fit(context.Background(), x, numbers, opts)
		_, err2 := regressor(t).FitBatches(context.Background(), inBatches(x, numbers, 9), opts)
		_, err3 := mlp.NewTrainer(regressor(t), mlp.FitOptions{Optimizer: n})
		for call, err := range map[string]error{"Fit": err1, "FitBatches": err2, "NewTrainer": err3} {
			want := fmt.Sprintf(`mlp: %s: optimizer "slots" has %d slots, want 0 to 100`, call, n)
			if ok && err != nil || !ok && (err == nil || err.Error() != want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}

func TestOptimizerValidate(t *testing.T) {
	for _, c := range []struct {
		opt  mlp.Validator
		want string
	}{
		{mlp.AdamW{LearningRate: -1}, "AdamW.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{mlp.AdamW{Beta2: 1}, "AdamW.Beta2 is 1, want a number in [0, 1)"},
		{mlp.AdamW{WeightDecay: -0.1}, "AdamW.WeightDecay is -0.1, want a finite number of at least 0"},
		{mlp.NAdam{Beta1: nan}, "NAdam.Beta1 is NaN, want a number in [0, 1)"},
		{mlp.NAdam{MomentumDecay: inf}, "NAdam.MomentumDecay is +Inf, want a finite number of at least 0"},
		{mlp.RAdam{Epsilon: nan}, "RAdam.Epsilon is NaN, want a finite number of at least 0"},
		{mlp.Adamax{LearningRate: inf}, "Adamax.LearningRate is +Inf, want a finite number above 0 (or 0 for the default)"},
		{mlp.RMSprop{LearningRate: nan}, "RMSprop.LearningRate is NaN, want a finite number above 0 (or 0 for the default)"},
		{mlp.RMSprop{Rho: 1.5}, "RMSprop.Rho is 1.5, want a number in [0, 1)"},
		{mlp.RMSprop{Epsilon: -1}, "RMSprop.Epsilon is -1, want a finite number of at least 0"},
		{mlp.RMSprop{Momentum: 1}, "RMSprop.Momentum is 1, want a number in [0, 1)"},
		{mlp.Adagrad{LearningRate: -1}, "Adagrad.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{mlp.Adagrad{Epsilon: -1}, "Adagrad.Epsilon is -1, want a finite number of at least 0"},
		{mlp.Adagrad{InitialAccumulator: -1}, "Adagrad.InitialAccumulator is -1, want a finite number of at least 0"},
		{mlp.Adadelta{LearningRate: -1}, "Adadelta.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{mlp.Adadelta{Rho: -1}, "Adadelta.Rho is -1, want a number in [0, 1)"},
		{mlp.Adadelta{Epsilon: inf}, "Adadelta.Epsilon is +Inf, want a finite number of at least 0"},
		{mlp.Lion{LearningRate: -1}, "Lion.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{mlp.Lion{Beta1: 1}, "Lion.Beta1 is 1, want a number in [0, 1)"},
		{mlp.Lion{Beta2: -1}, "Lion.Beta2 is -1, want a number in [0, 1)"},
		{mlp.Lion{WeightDecay: nan}, "Lion.WeightDecay is NaN, want a finite number of at least 0"},
		{mlp.Rprop{LearningRate: -1}, "Rprop.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{mlp.Rprop{EtaMinus: 1}, "Rprop.EtaMinus is 1, want a number in [0, 1)"},
		{mlp.Rprop{EtaPlus: 0.9}, "Rprop.EtaPlus is 0.9, want a finite number above 1 (or 0 for the default)"},
		{mlp.Rprop{EtaPlus: nan}, "Rprop.EtaPlus is NaN, want a finite number of at least 0"},
		{mlp.Rprop{MinStep: -1}, "Rprop.MinStep is -1, want a finite number of at least 0"},
		{mlp.Rprop{MaxStep: inf}, "Rprop.MaxStep is +Inf, want a finite number of at least 0"},
		{mlp.Rprop{MinStep: 60}, "Rprop.MinStep is 60, Rprop.MaxStep 50"},
	} {
		if err := c.opt.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got %v, want %s", c.opt, err, c.want)
		}
	}
}

package mlptest

import (
	"slices"
	"testing"

	"example.com/mlp"
)

// CheckOptimizer checks that Step treats every element independently, keeps its
// state only in the slots, does not write to the gradient, changes nothing for
// a scale of zero, does not allocate, and converges to the minimum of a
// quadratic function.
func CheckOptimizer(t testing.TB, opt mlp.Rule) {
	t.Helper()
	notNil(t, "the optimizer", opt)
	checkName(t, opt)
	if v, ok := opt.(mlp.Validator); ok && v.Validate() != nil {
		t.Fatalf("%s: Validate: %v", opt.Name(), v.Validate())
	}
	if n := opt.Slots(); n < 0 || n > 100 {
		t.Fatalf("%s: %d slots, want 0 to 100", opt.Name(), n)
	}
	rng := newRand()
	n, steps := 7, 5
	start := normals(rng, n)
	grads := make([][]float64, steps)
	for i := range grads {
		grads[i] = normals(rng, n)
	}

	// run takes the steps on the elements [lo, hi).
	run := func(lo, hi int) []float64 {
		w, slots := slices.Clone(start[lo:hi]), newSlots(opt, hi-lo)
		for i, g := range grads {
			before := slices.Clone(g)
			opt.Step(w, g[lo:hi], slots, 1, i+1)
			if !slices.Equal(g, before) {
				t.Errorf("%s: Step writes the gradient", opt.Name())
			}
		}
		return w
	}
	whole := run(0, n)
	same(t, opt.Name()+": the same steps again", run(0, n), whole, 0)
	same(t, opt.Name()+": the elements in two parts", append(run(0, 3), run(3, n)...), whole, 0)
	if slices.Equal(whole, start) {
		t.Errorf("%s: Step changes nothing", opt.Name())
	}

	w, slots := slices.Clone(start), newSlots(opt, n)
	opt.Step(w, grads[0], slots, 0, 1)
	same(t, opt.Name()+": a step of scale 0", w, start, 0)

	noAllocs(t, opt.Name()+": Step", func() { opt.Step(w, grads[0], slots, 1, 1) })
	checkDescent(t, opt)
}

// checkDescent checks that the distance from the minimum of Σ (w−1)²/2 shrinks
// to a tenth within a number of steps that is enough for every common rule.
func checkDescent(t testing.TB, opt mlp.Rule) {
	t.Helper()
	const steps = 20000
	w, g, slots := []float64{3, -1}, make([]float64, 2), newSlots(opt, 2)
	for i := range steps {
		for j := range w {
			g[j] = w[j] - 1
		}
		opt.Step(w, g, slots, 1, i+1)
	}
	for _, v := range w {
		if !(v > 0.8 && v < 1.2) {
			t.Errorf("%s: after %d steps on Σ (w−1)²/2 from 3 and -1, w is %v", opt.Name(), steps, w)
			return
		}
	}
}

func newSlots(opt mlp.Rule, n int) [][]float64 {
	slots := make([][]float64, opt.Slots())
	for i := range slots {
		slots[i] = make([]float64, n)
	}
	return slots
}

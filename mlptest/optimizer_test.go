package mlptest_test

import (
	"testing"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// faultyOptimizer replaces Step of plain gradient descent.
type faultyOptimizer struct {
	mlp.SGD
	step func(w, g []float64, scale float64, t int)
}

func (f faultyOptimizer) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	f.step(w, g, scale, t)
}

func TestCheckOptimizer(t *testing.T) {
	calls := 0.0
	descend := func(w, g []float64, rate float64) {
		for i := range w {
			w[i] -= rate * g[i]
		}
	}
	for want, step := range map[string]func(w, g []float64, scale float64, t int){
		"the same steps again":      func(w, g []float64, scale float64, t int) { calls++; descend(w, g, scale*calls) },
		"the elements in two parts": func(w, g []float64, scale float64, t int) { descend(w, g, scale/float64(len(w))) },
		"writes the gradient":       func(w, g []float64, scale float64, t int) { descend(w, g, scale); clear(g) },
		"a step of scale 0":         func(w, g []float64, scale float64, t int) { descend(w, g, 0.1) },
		"changes nothing":           func(w, g []float64, scale float64, t int) {},
		"steps on":                  func(w, g []float64, scale float64, t int) { descend(w, g, -0.001*scale) },
		"allocations": func(w, g []float64, scale float64, t int) {
			descend(w, append(make([]float64, 0, 2*len(g)), g...), scale)
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckOptimizer(t, faultyOptimizer{step: step}) }), want)
	}
}

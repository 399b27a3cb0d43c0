package mlptest_test

import (
	"math"
	"testing"

	"example.com/mlp/mlptest"
)

// cube is an activation of another package.
type cube struct{}

func (cube) Name() string { return "cube" }

func (cube) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = v * v * v
	}
}

func (cube) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		dz[i] = 3 * v * v * dy[i]
	}
}

// faultyActivation replaces methods of cube.
type faultyActivation struct {
	cube
	apply    func(y, z []float64)
	backprop func(dz, dy, z, y []float64)
}

func (f faultyActivation) Apply(y, z []float64) {
	if f.apply != nil {
		f.apply(y, z)
		return
	}
	f.cube.Apply(y, z)
}

func (f faultyActivation) Backprop(dz, dy, z, y []float64) {
	if f.backprop != nil {
		f.backprop(dz, dy, z, y)
		return
	}
	f.cube.Backprop(dz, dy, z, y)
}

func TestCheckActivation(t *testing.T) {
	mlptest.CheckActivation(t, cube{})
	var c cube
	for want, f := range map[string]faultyActivation{
		"Backprop against finite differences": {backprop: func(dz, dy, z, y []float64) { copy(dz, dy) }},
		"Apply in place": {apply: func(y, z []float64) {
			clear(y)
			for i, v := range z {
				y[i] += v * v * v
			}
		}},
		"Backprop in place": {backprop: func(dz, dy, z, y []float64) {
			clear(dz)
			for i, v := range z {
				dz[i] += 3 * v * v * dy[i]
			}
		}},
		"writes to its input": {backprop: func(dz, dy, z, y []float64) { c.Backprop(dz, dy, z, y); clear(dy) }},
		"turns NaN into":      {apply: func(y, z []float64) { c.Apply(y, z); notNaN(y) }},
		"NaN in": {apply: func(y, z []float64) {
			for i, v := range z {
				y[i] = v * v * v * math.Exp(v) / math.Exp(v)
			}
		}},
		"a RowActivation?": {apply: func(y, z []float64) {
			c.Apply(y, z)
			for i := range y {
				y[i] += float64(len(y))
			}
		}},
		"allocations": {apply: func(y, z []float64) { c.Apply(y, append(make([]float64, 0, 2*len(z)), z...)) }},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckActivation(t, f) }), want)
	}
}

func notNaN(y []float64) {
	for i, v := range y {
		if math.IsNaN(v) {
			y[i] = 0
		}
	}
}

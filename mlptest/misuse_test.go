package mlptest_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// otherDims is scale with different numbers of inputs and units.
type otherDims struct {
	*scale
	inputs, units int
}

func (l otherDims) Dims() (inputs, units int) { return l.inputs, l.units }

// withoutActivation is a dense layer that hides its activation.
type withoutActivation struct{ *mlp.DefaultDense }

func (withoutActivation) Activation() mlp.Activation { return nil }

// plainPass is a dense layer whose passes have no logits.
type plainPass struct{ *mlp.DefaultDense }

func (l plainPass) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return struct{ mlp.Pass }{l.DefaultDense.NewPass(rows, rng)}
}

// otherTask is a loss with an unknown task.
type otherTask struct{ mlp.Loss }

func (otherTask) Task() mlp.Task { return 9 }

// slots is an optimizer with this many slots.
type slots int

func (slots) Name() string                                                 { return "slots" }
func (s slots) Rate() float64                                              { return 0.1 }
func (s slots) Slots() int                                                 { return int(s) }
func (slots) Step(w, g []float64, slots [][]float64, scale float64, t int) {}

// What cannot be checked at all is reported, and nothing panics.
func TestMisuse(t *testing.T) {
	layer := func(l mlp.Layer) func(testing.TB) {
		return func(t testing.TB) { mlptest.CheckLayer(t, func() mlp.Layer { return l }) }
	}
	params := func(p ...mlp.Param) func(testing.TB) {
		return layer(faultyLayer{scale: newScale().(*scale), params: func(*scale) []mlp.Param { return p }})
	}
	dense := func() *mlp.DefaultDense { return mlp.Dense(3, 2, mlp.Tanh).(*mlp.DefaultDense) }
	for _, c := range []struct {
		want  string
		check func(testing.TB)
	}{
		{"the activation is nil", func(t testing.TB) { mlptest.CheckActivation(t, nil) }},
		{"the activation is nil", func(t testing.TB) { mlptest.CheckActivation(t, (*cube)(nil)) }},
		{"the loss is nil", func(t testing.TB) { mlptest.CheckLoss(t, nil) }},
		{"unknown task Task(9)", func(t testing.TB) { mlptest.CheckLoss(t, otherTask{mlp.MeanSquaredError}) }},
		{"the optimizer is nil", func(t testing.TB) { mlptest.CheckOptimizer(t, nil) }},
		{"slots: -1 slots, want 0 to 100", func(t testing.TB) { mlptest.CheckOptimizer(t, slots(-1)) }},
		{"slots: 101 slots, want 0 to 100", func(t testing.TB) { mlptest.CheckOptimizer(t, slots(101)) }},
		{"adam: Validate: Adam.Beta1 is 3, want a number in [0, 1)", func(t testing.TB) { mlptest.CheckOptimizer(t, mlp.Adam{Beta1: 3}) }},
		{"newLayer is nil", func(t testing.TB) { mlptest.CheckLayer(t, nil) }},
		{"newLayer is nil", func(t testing.TB) { mlptest.CheckTrainingLayer(t, nil) }},
		{"the layer is nil", layer(nil)},
		{"the layer is nil", layer((*scale)(nil))},
		{"the second layer is nil", func(t testing.TB) {
			calls := 0
			mlptest.CheckLayer(t, func() mlp.Layer {
				if calls++; calls > 1 {
					return nil
				}
				return newScale()
			})
		}},
		{"Validate: 0 inputs, want at least 1", layer(mlp.Dense(0, 1, mlp.ReLU))},
		{"Validate: nil activation", layer(mlp.Dense(2, 1, nil))},
		{"Dims: 0 inputs and 0 units, want at least 1", layer(otherDims{newScale().(*scale), 0, 0})},
		{"Dims: -1 inputs and 2 units, want at least 1", layer(otherDims{newScale().(*scale), -1, 2})},
		{"what Forward returns is 5×3, want 5×2", layer(otherDims{newScale().(*scale), 3, 2})},
		{`shapes that Dims asks for panic with "mlp: Forward:  has 0 ,  0"`, layer(otherDims{newScale().(*scale), 2, 3})},
		{`parameter "a" is nil or empty`, params(mlp.Param{Name: "a"})},
		{`parameter "a" is nil or empty`, params(mlp.Param{Name: "a", Value: &mat.Dense{}})},
		{`parameter "a": shared by two layers`, layer(newScale())},
		{`the gradient by parameter "a" is 1×1, want 1×2`, params(mlp.Param{Name: "a", Value: mat.NewDense(1, 2, nil)})},
		{"LogitLayer: nil Activation", func(t testing.TB) {
			mlptest.CheckLayer(t, func() mlp.Layer { return withoutActivation{dense()} })
		}},
		{"LogitLayer: NewPass does not return a LogitPass", func(t testing.TB) {
			mlptest.CheckLayer(t, func() mlp.Layer { return plainPass{dense()} })
		}},
	} {
		if got := reports(c.check); !slices.Contains(got, c.want) {
			t.Errorf("no report %q among %q", c.want, got)
		}
	}
}

// strange is a scalePass that passes its results through y and dx.
type strange struct {
	*scalePass
	y, dx func(arg, result *mat.Dense) *mat.Dense
}

func (p strange) Forward(x *mat.Dense) *mat.Dense { return p.y(x, p.scalePass.Forward(x)) }

func (p strange) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	dx := p.scalePass.Backward(dy, needDX)
	if dx == nil {
		return nil
	}
	return p.dx(dy, dx)
}

// Passes must return their own matrices, of the right shape, and the same ones
// each time.
func TestCheckLayerFindsStrangeResults(t *testing.T) {
	type result = func(arg, result *mat.Dense) *mat.Dense
	keep := func(_, m *mat.Dense) *mat.Dense { return m }
	none := func(_, _ *mat.Dense) *mat.Dense { return nil }
	short := func(_, m *mat.Dense) *mat.Dense { return m.Slice(0, 1, 0, m.RawMatrix().Cols).(*mat.Dense) }
	narrow := func(_, m *mat.Dense) *mat.Dense { return m.Slice(0, m.RawMatrix().Rows, 0, 1).(*mat.Dense) }
	inPlace := func(arg, m *mat.Dense) *mat.Dense { arg.Copy(m); return arg }
	with := func(y, dx result) func(p *scalePass) mlp.Pass {
		return func(p *scalePass) mlp.Pass { return strange{p, y, dx} }
	}
	calls := 0.0
	for _, c := range []struct {
		want string
		pass func(p *scalePass) mlp.Pass
	}{
		{"what NewPass returns is nil", func(*scalePass) mlp.Pass { return nil }},
		{"what Forward returns is nil", with(none, keep)},
		{"what Forward returns is 1×3, want 5×3", with(short, keep)},
		{"what Forward returns is 5×1, want 5×3", with(narrow, keep)},
		{"Forward returns the memory of x, not of the pass", with(inPlace, keep)},
		{"Forward in a new pass: entry 0 is 2, want 1", with(func(_, y *mat.Dense) *mat.Dense { calls++; y.Set(0, 0, calls); return y }, keep)},
		{"full batch: what Backward with needDX returns is nil", with(keep, none)},
		{"full batch: what Backward with needDX returns is 1×3, want 5×3", with(keep, short)},
		{"full batch: what Backward with needDX returns is 5×1, want 5×3", with(keep, narrow)},
		{"full batch: Backward returns the memory of dy, not of the pass", with(keep, inPlace)},
		{"full batch: x after Backward: entry 0 is 7, want 0.37944549835531083", func(p *scalePass) mlp.Pass { p.put = true; return p }},
		{"full batch: y after Backward: entry 0 is 0, want 0.7588909967106217", func(p *scalePass) mlp.Pass {
			return strange{p, keep, func(_, dx *mat.Dense) *mat.Dense { p.y.Zero(); return dx }}
		}},
	} {
		got := reportsOnLayer(faultyLayer{newPass: func(s *scale, rows int) mlp.Pass {
			return c.pass(s.NewPass(rows, nil).(*scalePass))
		}})
		if !slices.Contains(got, c.want) {
			t.Errorf("no report %q among %q", c.want, got)
		}
	}
}

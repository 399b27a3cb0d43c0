package mlp_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// pass is a Pass of another package that returns the given matrices.
type pass struct {
	mlp.LogitPass
	y, dx func(m *mat.Dense) *mat.Dense // nil: what it should be
}

func (p pass) out(m *mat.Dense) *mat.Dense {
	if p.y != nil {
		return p.y(m)
	}
	return m
}

func (p pass) in(m *mat.Dense) *mat.Dense {
	if p.dx != nil {
		return p.dx(m)
	}
	return m
}

func (p pass) Forward(x *mat.Dense) *mat.Dense       { return p.out(p.LogitPass.Forward(x)) }
func (p pass) ForwardLogits(x *mat.Dense) *mat.Dense { return p.out(p.LogitPass.ForwardLogits(x)) }
func (p pass) Backward(d *mat.Dense, need bool) *mat.Dense {
	return p.in(p.LogitPass.Backward(d, need))
}
func (p pass) BackwardLogits(d *mat.Dense, need bool) *mat.Dense {
	return p.in(p.LogitPass.BackwardLogits(d, need))
}

// oddLogits is a LogitLayer of another package with the given passes.
type oddLogits struct {
	mlp.LogitLayer
	pass func(p mlp.Pass) mlp.Pass
}

func (o oddLogits) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return o.pass(o.LogitLayer.NewPass(rows, rng))
}

// fitOrPanic returns the error of Fit, or the *ShapeError with which it panics.
func fitOrPanic(net mlp.Network, x, y *mat.Dense) (err error) {
	defer func() {
		if v, ok := recover().(*mlp.ShapeError); ok {
			err = v
		}
	}()
	_, err = net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 1})
	return err
}

// Whatever a layer of another package returns, the error names the layer, and
// no weight changes.
func TestLayersOfOthersThatReturnNonsense(t *testing.T) {
	x, _, _, numbers := samples(9)
	none := func(*mat.Dense) *mat.Dense { return nil }
	short := func(m *mat.Dense) *mat.Dense { return m.Slice(0, 2, 0, m.RawMatrix().Cols).(*mat.Dense) }
	narrow := func(m *mat.Dense) *mat.Dense { return m.Slice(0, m.RawMatrix().Rows, 0, 1).(*mat.Dense) }
	with := func(y, dx func(*mat.Dense) *mat.Dense) func(mlp.Pass) mlp.Pass {
		return func(p mlp.Pass) mlp.Pass { return pass{p.(mlp.LogitPass), y, dx} }
	}
	nothing := func(mlp.Pass) mlp.Pass { return nil }
	plain := func(p mlp.Pass) mlp.Pass { return struct{ mlp.Pass }{p} }
	for _, c := range []struct {
		name  string
		pass  func(mlp.Pass) mlp.Pass
		place int // 0 first, 1 between, 2 last, 3 inside of a residual block
		want  string
	}{
		{"no pass", nothing, 0, "mlp: Fit: the pass of layer 0 has 0 gradients, the layer has parameters: 2"},
		{"nil pointer", func(mlp.Pass) mlp.Pass { return (*struct{ pass })(nil) }, 1, "mlp: Fit: the pass of layer 1 has 0 gradients, the layer has parameters: 2"},
		{"no pass at the end", nothing, 2, "mlp: Fit: the pass of layer 2 has 0 gradients, the layer has parameters: 2"},
		{"no pass inside", nothing, 3, "mlp: Fit: the pass of layer 1 has 0 gradients, the layer has parameters: 2"},
		{"no LogitPass", plain, 2, "mlp: ForwardLogits: what layer 2 returns has 0 rows, its argument has 9"},
		{"no output", with(none, nil), 0, "mlp: Forward: what layer 0 returns has 0 rows, its argument has 9"},
		{"no output inside", with(none, nil), 3, "mlp: Forward: what layer 0 inside returns has 0 rows, its argument has 9"},
		{"no logits", with(none, nil), 2, "mlp: ForwardLogits: what layer 2 returns has 0 rows, its argument has 9"},
		{"few rows", with(short, nil), 1, "mlp: Forward: what layer 1 returns has 2 rows, its argument has 9"},
		{"few columns", with(narrow, nil), 1, "mlp: Forward: what layer 1 returns has 1 columns, Dims says 4"},
		{"few logits", with(narrow, nil), 2, "mlp: ForwardLogits: what layer 2 returns has 1 columns, Dims says 2"},
		{"no gradient", with(nil, none), 1, "mlp: Backward: what layer 1 returns has 0 rows, its argument has 9"},
		{"no gradient at the end", with(nil, none), 2, "mlp: BackwardLogits: what layer 2 returns has 0 rows, its argument has 9"},
		{"gradient of few rows", with(nil, short), 1, "mlp: Backward: what layer 1 returns has 2 rows, its argument has 9"},
		{"gradient of few columns", with(nil, narrow), 2, "mlp: BackwardLogits: what layer 2 returns has 1 columns, Dims says 4"},
		{"gradient of few columns inside", with(nil, narrow), 3, "mlp: Backward: what layer 0 inside returns has 1 columns, Dims says 4"},
		{"no gradient where none is needed", with(nil, none), 0, ""},
	} {
		layers := []mlp.Layer{mlp.Dense(4, 4, mlp.Tanh), mlp.Dense(4, 4, mlp.Tanh), mlp.Dense(4, 2, mlp.Identity)}
		if c.place == 3 {
			layers[1] = mlp.Residual(oddLogits{layers[1].(mlp.LogitLayer), c.pass})
		} else {
			layers[c.place] = oddLogits{layers[c.place].(mlp.LogitLayer), c.pass}
		}
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, layers...)
		before := weights(net)
		var shape *mlp.ShapeError
		err := fitOrPanic(net, x, numbers)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err == nil || err.Error() != c.want || !errors.As(err, &shape) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
		if !slices.Equal(weights(net), before) {
			t.Errorf("%s: weights have moved", c.name)
		}
	}
}

// liar is a layer of another package whose Dims differ from those of the layer
// inside.
type liar struct {
	mlp.Layer
	inputs, units int
}

func (l liar) Dims() (inputs, units int) { return l.inputs, l.units }

func TestLayersOfOthersWithOtherDims(t *testing.T) {
	x, _, _, numbers := samples(9)
	net := model(t, mlp.MeanSquaredError, nil, liar{mlp.Dense(4, 4, mlp.Tanh), 4, 5}, mlp.Dense(5, 2, mlp.Identity))
	want := "mlp: Forward: what layer 0 returns has 4 columns, Dims says 5"
	if err := fitOrPanic(net, x, numbers); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if strconv.IntSize < 64 {
		t.Skip("an int of 32 bits cannot exceed the largest layer")
	}
	_, err := mlp.Model([]mlp.Layer{liar{mlp.Dense(4, 4, mlp.Tanh), 4, math.MaxInt}}, mlp.MeanSquaredError)
	want = "mlp: Model: layer 0 has 4 inputs and 9223372036854775807 units, at most 2147483647 are possible"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

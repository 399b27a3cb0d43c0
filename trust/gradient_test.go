package trust_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// networks returns trained networks of all kinds with all kinds of layers,
// for four inputs.
func networks(t *testing.T) map[string]mlp.Network {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	nets := make(map[string]mlp.Network)
	for name, c := range map[string]struct {
		layers []mlp.Layer
		loss   mlp.Loss
	}{
		"binary": {[]mlp.Layer{mlp.Dense(4, 8, mlp.Tanh), mlp.Dropout(8, 0.3), mlp.Dense(8, 1, mlp.Sigmoid)}, mlp.BinaryCrossEntropy},
		"classes": {[]mlp.Layer{
			mlp.Dense(4, 8, mlp.Identity), mlp.BatchNorm(8), mlp.ActivationLayer(8, mlp.SiLU), mlp.GaussianNoise(8, 0.5),
			mlp.Dense(8, 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy},
		"numbers": {[]mlp.Layer{
			mlp.Dense(4, 6, mlp.GELU), mlp.Residual(mlp.BatchNorm(6), mlp.Dense(6, 6, mlp.Softmax), mlp.Dropout(6, 0.2)),
			mlp.LayerNorm(6), mlp.Dense(6, 2, mlp.Identity)}, mlp.MeanSquaredError},
	} {
		net, err := mlp.Model(c.layers, c.loss, mlp.WithSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		const rows = 40
		_, units := c.layers[len(c.layers)-1].Dims()
		x, y := mat.NewDense(rows, 4, nil), mat.NewDense(rows, units, nil)
		for i := range rows {
			for j := range 4 {
				x.Set(i, j, rng.NormFloat64())
			}
			y.Set(i, rng.IntN(units), 1)
		}
		if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 5}); err != nil {
			t.Fatal(err)
		}
		nets[name] = net
	}
	return nets
}

// state returns all parameters of the network, including its running
// statistics.
func state(net mlp.Network) []float64 {
	var all []float64
	for _, l := range net.Layers() {
		for _, p := range l.Params() {
			all = append(all, p.Value.RawMatrix().Data...)
		}
	}
	return all
}

func TestInputGradientsAgainstFiniteDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const rows = 300 // more than go through the network together
	x := mat.NewDense(rows, 4, nil)
	x.Apply(func(i, j int, v float64) float64 { return rng.NormFloat64() }, x)
	for name, net := range networks(t) {
		t.Run(name, func(t *testing.T) {
			before := state(net)
			out := must[*mat.Dense](t)(net.Forward(x))
			_, units := out.Dims()
			for output := range units {
				grads, err := trust.InputGradients(net, x, output)
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range []int{0, 1, 100, 255, 256, 299} {
					want := fd.Gradient(nil, func(row []float64) float64 {
						return must[*mat.Dense](t)(net.Forward(mat.NewDense(1, 4, row))).At(0, output)
					}, x.RawRowView(i), &fd.Settings{Formula: fd.Central})
					for j := range want {
						near(t, "gradient", grads.At(i, j), want[j], 1e-8)
					}
				}
			}
			if !slices.Equal(before, state(net)) {
				t.Error("the network has changed")
			}
		})
	}
}

// multiplying is a layer whose outputs are several times as large in training,
// without being a Freezer.
type multiplying struct {
	mlp.Layer
	by float64
}

func (l multiplying) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return multiplyingPass{l.Layer.NewPass(rows, rng), l.by}
}

type multiplyingPass struct {
	mlp.Pass
	by float64
}

func (p multiplyingPass) Forward(x *mat.Dense) *mat.Dense {
	y := p.Pass.Forward(x)
	y.Scale(p.by, y)
	return y
}

// secretive is a layer of another package that learns running statistics.
type secretive struct{ mlp.Layer }

func TestInputGradientsErrors(t *testing.T) {
	x := mat.NewDense(2, 4, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	net := networks(t)["numbers"]
	for _, c := range []struct {
		net    mlp.Network
		x      mat.Matrix
		output int
		want   string
	}{
		{nil, x, 0, "trust: InputGradients: net is nil"},
		{(*mlp.Regressor)(nil), x, 0, "trust: InputGradients: net is nil"},
		{&mlp.Regressor{}, x, 0, "trust: InputGradients: mlp: Forward: want a network that Model has made"},
		{net, nil, 0, "trust: InputGradients: x is nil"},
		{net, mat.NewDense(2, 3, nil), 0, "trust: InputGradients: mlp: Forward: x has 3 columns, layer 0 takes 4"},
		{net, x, 2, "trust: InputGradients: output 2, net has 2"},
		{net, x, -1, "trust: InputGradients: output -1, net has 2"},
	} {
		_, err := trust.InputGradients(c.net, c.x, c.output)
		wantError(t, err, c.want)
	}
	_, err := trust.InputGradients(net, mat.NewDense(2, 3, nil), 0)
	var shape *mlp.ShapeError
	if !errors.As(err, &shape) {
		t.Errorf("%v is no *mlp.ShapeError", err)
	}
	for _, c := range []struct {
		layer mlp.Layer
		want  string
	}{
		{multiplying{mlp.ActivationLayer(4, mlp.Tanh), 2}, "trust: InputGradients: a layer computes something else in training and is no mlp.Freezer"},
		{multiplying{mlp.ActivationLayer(4, mlp.Tanh), math.NaN()}, "trust: InputGradients: a layer computes something else in training and is no mlp.Freezer"},
		{secretive{mlp.BatchNorm(4)}, "trust: InputGradients: layer 0 changes in training and is no mlp.Freezer"},
	} {
		net, err := mlp.Model([]mlp.Layer{c.layer, mlp.Dense(4, 1, mlp.Identity)}, mlp.MeanSquaredError)
		if err != nil {
			t.Fatal(err)
		}
		before := state(net)
		_, err = trust.InputGradients(net, x, 0)
		wantError(t, err, c.want)
		if !slices.Equal(before, state(net)) {
			t.Errorf("%T has changed", c.layer)
		}
	}
}

// passing is a layer of another package whose passes are given.
type passing struct {
	mlp.Layer
	pass mlp.Pass
}

func (l passing) NewPass(int, *rand.Rand) mlp.Pass { return l.pass }

// nothing is a Pass that returns nil, or only in Backward.
type nothing struct {
	mlp.Pass
	backwards bool
}

func (n nothing) Backward(*mat.Dense, bool) *mat.Dense { return nil }

func (n nothing) Forward(x *mat.Dense) *mat.Dense {
	if n.backwards {
		return n.Pass.Forward(x)
	}
	return nil
}

func TestInputGradientsOfNothing(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{1, 2, 3})
	inner := mlp.Dense(1, 1, mlp.Identity)
	pass := inner.NewPass(3, nil)
	for want, p := range map[string]mlp.Pass{
		"NewPass of layer 0 returns nil":  nil,
		"Forward of layer 0 returns nil":  nothing{pass, false},
		"Backward of layer 0 returns nil": nothing{pass, true},
	} {
		net, err := mlp.Model([]mlp.Layer{passing{inner, p}}, mlp.MeanSquaredError)
		if err != nil {
			t.Fatal(err)
		}
		_, err = trust.InputGradients(net, x, 0)
		wantError(t, err, "trust: InputGradients: "+want)
	}
}

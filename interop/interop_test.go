package interop_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/interop"
)

func model(t testing.TB, loss mlp.Loss, layers ...mlp.Layer) mlp.Network {
	t.Helper()
	net, err := mlp.Model(layers, loss, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkAnswers compares the outputs of net with those in a file.
func checkAnswers(t *testing.T, net mlp.Network, name string, tol float64) {
	t.Helper()
	var want struct{ X, Y [][]float64 }
	if err := json.Unmarshal(readFile(t, name), &want); err != nil {
		t.Fatal(err)
	}
	for i, x := range want.X {
		y, err := net.Forward(mat.NewDense(1, len(x), x))
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range want.Y[i] {
			if got := y.At(0, j); !(math.Abs(got-v) <= tol*max(1, math.Abs(v))) {
				t.Errorf("%s: output[%d,%d] is %v, want %v", name, i, j, got, v)
			}
		}
	}
}

// weights returns all parameters of a network.
func weights(net mlp.Network) []float64 {
	var all []float64
	for _, l := range net.Layers() {
		for _, p := range l.Params() {
			all = append(all, p.Value.RawMatrix().Data...)
		}
	}
	return all
}

// Files that were written can be read by other networks of the same shape.
func TestWriteAndRead(t *testing.T) {
	for _, c := range []struct {
		net, fresh mlp.Network
		write      func(io.Writer, mlp.Network) error
		read       func([]byte, mlp.Network) error
	}{
		{sequential(t), model(t, mlp.MeanSquaredError, sequential(t).Layers()...), interop.WritePyTorch, func(b []byte, n mlp.Network) error { return readPyTorch(b, n) }},
		{skRegressor(t), skRegressor(t), interop.WritePyTorch, func(b []byte, n mlp.Network) error { return readPyTorch(b, n) }},
		{skRegressor(t), skRegressor(t), interop.WriteScikitLearn, readScikitLearn},
	} {
		for _, l := range c.net.Layers() {
			for _, p := range l.Params() {
				p.Value.Apply(func(i, j int, _ float64) float64 { return 2 + math.Sin(float64(i+7*j)) }, p.Value)
			}
		}
		var first, second bytes.Buffer
		if err := errors.Join(c.write(&first, c.net), c.write(&second, c.net)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("written again, the file differs")
		}
		if err := c.read(first.Bytes(), c.fresh); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(weights(c.fresh), weights(c.net)) {
			t.Error("the weights differ")
		}
	}
}

// foreign is a layer of another package without a description.
type foreign struct{ mlp.Layer }

func TestNetworksWithoutCounterpart(t *testing.T) {
	one := mlp.Dense(1, 1, mlp.Identity)
	scaled, err := mlp.Model([]mlp.Layer{one}, mlp.MeanSquaredError, mlp.WithTargetScaling(mlp.NewNormalization(1)))
	if err != nil {
		t.Fatal(err)
	}
	toPyTorch := func(net mlp.Network) error { return interop.WritePyTorch(io.Discard, net) }
	toScikit := func(net mlp.Network) error { return interop.WriteScikitLearn(io.Discard, net) }
	fromScikit := func(net mlp.Network) error { return readScikitLearn(readFile(t, "classifier.npz"), net) }
	fromPyTorch := func(net mlp.Network) error { return readPyTorch(readFile(t, "named.safetensors"), net) }
	net := func(layers ...mlp.Layer) mlp.Network { return model(t, mlp.MeanSquaredError, layers...) }
	broken := net(mlp.Dense(1, 2, mlp.Tanh), mlp.Dense(2, 1, mlp.Identity))
	broken.Layers()[1].Params()[0].Value.Set(1, 0, math.NaN())
	for want, err := range map[string]error{
		"interop: WritePyTorch: layer 0, a *mlp.Normalization, has no counterpart in nn.Sequential":      toPyTorch(net(mlp.NewNormalization(1))),
		"interop: WritePyTorch: layer 1, a *mlp.residual, has no counterpart in nn.Sequential":           toPyTorch(net(one, mlp.Residual(mlp.Dense(1, 1, mlp.Tanh)))),
		"interop: WritePyTorch: the network scales its targets, see mlp.WithTargetScaling":               toPyTorch(scaled),
		"interop: WritePyTorch: layer 0: interop_test.foreign is no mlp.Describer":                       toPyTorch(net(foreign{one})),
		"interop: WriteScikitLearn: layer 0, normalization, has no counterpart":                          toScikit(net(mlp.NewNormalization(1), one)),
		"interop: WriteScikitLearn: layer 0, layer_norm, has no counterpart: want dense with a bias":     toScikit(net(mlp.LayerNorm(1))),
		"interop: WriteScikitLearn: layer 0, layer 0, dense, has no counterpart: want dense with a bias": toScikit(net(mlp.Residual(mlp.Dense(1, 1, mlp.Tanh)))),
		"interop: WriteScikitLearn: layer 0, dense, has no counterpart: want dense with a bias":          toScikit(net(mlp.Dense(1, 1, mlp.Tanh, mlp.WithoutBias()))),
		"interop: WriteScikitLearn: the network scales its targets, see mlp.WithTargetScaling":           toScikit(scaled),
		`interop: WritePyTorch: layer 1, dense: parameter "weight": entry 1 is NaN: not finite`:          toPyTorch(broken),
		`interop: WriteScikitLearn: layer 1, dense: parameter "weight": entry 1 is NaN: not finite`:      toScikit(broken),
		"interop: ReadScikitLearn: layer 0, layer_norm, has no counterpart: want dense with a bias":      fromScikit(net(mlp.LayerNorm(1))),
		`interop: ReadPyTorch: modules ["answer" "hidden" "input"] for 1 layers with parameters`:         fromPyTorch(net(mlp.NewNormalization(1), one)),
		"interop: ReadPyTorch: layer 0: interop_test.foreign is no mlp.Describer":                        fromPyTorch(net(foreign{one})),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

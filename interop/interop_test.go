package interop_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/npy"
	"example.com/mlp/internal/safetensors"
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

// sequential returns the network of sequential_*.safetensors.
func sequential(t testing.TB) mlp.Network {
	return model(t, mlp.CategoricalCrossEntropy,
		mlp.Dense(4, 5, mlp.Tanh), mlp.BatchNorm(5), mlp.ActivationLayer(5, mlp.ReLU), mlp.Dropout(5, 0.3), mlp.LayerNorm(5),
		mlp.Dense(5, 3, mlp.Softmax, mlp.WithoutBias()))
}

// named returns the network of named.safetensors.
func named(t testing.TB) mlp.Network {
	return model(t, mlp.BinaryCrossEntropy,
		mlp.Dense(4, 6, mlp.ReLU), mlp.Residual(mlp.Dense(6, 6, mlp.Tanh)), mlp.Dense(6, 1, mlp.Sigmoid))
}

// skClassifier returns the network of classifier.npz, skRegressor that of
// regressor.npz.
func skClassifier(t testing.TB) mlp.Network {
	return model(t, mlp.CategoricalCrossEntropy, mlp.NewNormalization(4), mlp.Dense(4, 7, mlp.Tanh), mlp.Dense(7, 5, mlp.Tanh), mlp.Dense(5, 3, mlp.Softmax))
}

func skRegressor(t testing.TB) mlp.Network {
	return model(t, mlp.MeanSquaredError, mlp.Dense(4, 7, mlp.ReLU), mlp.Dropout(7, 0.1), mlp.Dense(7, 2, mlp.Identity))
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readPyTorch(b []byte, net mlp.Network, modules ...string) error {
	return interop.ReadPyTorch(bytes.NewReader(b), net, modules...)
}

func readScikitLearn(b []byte, net mlp.Network) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	return interop.ReadScikitLearn(z, net)
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

func TestReadPyTorch(t *testing.T) {
	for name, tol := range map[string]float64{"f64": 1e-12, "f32": 1e-6, "f16": 2e-3, "bf16": 2e-2} {
		net := sequential(t)
		if err := readPyTorch(readFile(t, "sequential_"+name+".safetensors"), net); err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, net, "sequential.json", tol)
	}
	net := named(t)
	if err := readPyTorch(readFile(t, "named.safetensors"), net, "input", "hidden", "answer"); err != nil {
		t.Fatal(err)
	}
	checkAnswers(t, net, "named.json", 1e-12)
}

func TestReadScikitLearn(t *testing.T) {
	for name, net := range map[string]mlp.Network{"classifier": skClassifier(t), "regressor": skRegressor(t)} {
		if err := readScikitLearn(readFile(t, name+".npz"), net); err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, net, name+".json", 1e-12)
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

func same(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// What is written is read again, by other networks of the same shape.
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
		if !same(weights(c.fresh), weights(c.net)) {
			t.Error("the weights differ")
		}
	}
}

// The names are those of nn.Sequential.
func TestWritePyTorchNames(t *testing.T) {
	var b bytes.Buffer
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 3, mlp.Identity), mlp.GaussianNoise(3, 1), mlp.BatchNorm(3), mlp.ActivationLayer(3, mlp.ReLU),
		mlp.Dense(3, 3, mlp.Tanh), mlp.Dropout(3, 0.5), mlp.Dense(3, 1, mlp.Identity, mlp.WithoutBias()))
	if err := interop.WritePyTorch(&b, net); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tensor := range f.Tensors {
		names = append(names, fmt.Sprint(tensor.Name, tensor.Shape))
	}
	const want = "0.weight[3 2] 0.bias[3] 1.weight[3] 1.bias[3] 1.running_mean[3] 1.running_var[3] 1.num_batches_tracked[] 3.weight[3 3] 3.bias[3] 6.weight[1 3]"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadPyTorchRefuses(t *testing.T) {
	f64s := safetensors.Float64Tensor
	w0, b0 := f64s("0.weight", []float64{1, 2, 3, 4, 5, 6}, 3, 2), f64s("0.bias", []float64{1, 2, 3}, 3)
	w1, b1 := f64s("2.weight", []float64{1, 2, 3}, 1, 3), f64s("2.bias", []float64{1}, 1)
	withVariance := func(v float64, more ...safetensors.Tensor) []safetensors.Tensor {
		return append([]safetensors.Tensor{f64s("1.weight", make([]float64, 3), 3), f64s("1.bias", make([]float64, 3), 3),
			f64s("1.running_mean", make([]float64, 3), 3), f64s("1.running_var", []float64{0, 0, v}, 3)}, more...)
	}
	for _, c := range []struct {
		want    string
		tensors []safetensors.Tensor
		modules []string
	}{
		{`modules ["0" "2"] for 3 layers with parameters`, []safetensors.Tensor{w0, b0, w1, b1}, nil},
		{`modules ["0"] for 3 layers with parameters`, []safetensors.Tensor{w0, b0, w1, b1}, []string{"0"}},
		{`no module "x", the file has ["0" "1" "2"]`, withVariance(0, w0, b0, w1, b1), []string{"x", "1", "2"}},
		{`module "0" is given twice`, withVariance(0, w0, b0, w1, b1), []string{"0", "0", "2"}},
		{`module "1" for layer 1, batch_norm: tensor "1.running_var": entry 2 is -1, want a number of at least 0`, withVariance(-1, w0, b0, w1, b1), nil},
		{`module "0" for layer 0, dense: no tensor "bias"`, withVariance(0, w0, w1, b1), nil},
		{`module "0" for layer 0, dense: tensor "0.more" is for no parameter`, withVariance(0, w0, b0, w1, b1, f64s("0.most", nil, 0), f64s("0.more", nil, 0)), nil},
		{`module "0" for layer 0, dense: tensor "0.bias" has shape [1], want [3]`, withVariance(0, w0, f64s("0.bias", []float64{1}, 1), w1, b1), nil},
		{`module "0" for layer 0, dense: tensor "0.weight" has shape [2 3], want [3 2]`, withVariance(0, f64s("0.weight", make([]float64, 6), 2, 3), b0, w1, b1), nil},
		{`module "0" for layer 0, dense: tensor "0.bias": entry 1 is NaN: not finite`, withVariance(0, w0, f64s("0.bias", []float64{1, math.NaN(), 2}, 3), w1, b1), nil},
		{`module "0" for layer 0, dense: tensor "0.bias": entries of type F8_E5M2 are not supported`, withVariance(0, w0, safetensors.Tensor{Name: "0.bias", DType: "F8_E5M2", Shape: []int{3}, Data: make([]byte, 3)}, w1, b1), nil},
		{`module "x" is for no layer`, withVariance(0, w0, b0, w1, b1, f64s("y.weight", nil, 0), f64s("x.weight", nil, 0), f64s("z.weight", nil, 0)), []string{"0", "1", "2"}},
	} {
		net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 3, mlp.Tanh), mlp.BatchNorm(3), mlp.Dense(3, 1, mlp.Identity))
		before := weights(net)
		var b bytes.Buffer
		if err := safetensors.Write(&b, nil, c.tensors); err != nil {
			t.Fatal(err)
		}
		err := readPyTorch(b.Bytes(), net, c.modules...)
		if err == nil || err.Error() != "interop: ReadPyTorch: "+c.want {
			t.Errorf("got %v\nwant interop: ReadPyTorch: %s", err, c.want)
		}
		if !same(weights(net), before) {
			t.Error("weights have changed")
		}
	}
}

// npyFile returns a file .npy.
func npyFile(t *testing.T, values []float64, shape ...int) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, values, shape...); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func TestReadScikitLearnFolder(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
	err := interop.ReadScikitLearn(fstest.MapFS{
		"coefs_0.npy":      npyFile(t, []float64{1, 2}, 2, 1),
		"intercepts_0.npy": npyFile(t, []float64{3}, 1),
		"README":           &fstest.MapFile{},
	}, net)
	if err != nil || !same(weights(net), []float64{1, 2, 3}) {
		t.Errorf("got %v, %v", weights(net), err)
	}
}

func TestReadScikitLearnRefuses(t *testing.T) {
	w, b := npyFile(t, []float64{1, 2}, 2, 1), npyFile(t, []float64{3}, 1)
	for want, files := range map[string]fstest.MapFS{
		`arrays ["coefs_0"] for 1 layers, want a weight and a bias for each`: {"coefs_0.npy": w},
		`layer 0: open intercepts_0.npy: file does not exist`:                {"coefs_0.npy": w, "intercepts_1.npy": b},
		`layer 0: array "coefs_0": shape [1 2], want [2 1]`:                  {"coefs_0.npy": npyFile(t, []float64{1, 2}, 1, 2), "intercepts_0.npy": b},
		`layer 0: array "intercepts_0": shape [1 1], want [1]`:               {"coefs_0.npy": w, "intercepts_0.npy": npyFile(t, []float64{1}, 1, 1)},
		`layer 0: array "intercepts_0": entry 0 is +Inf: not finite`:         {"coefs_0.npy": w, "intercepts_0.npy": npyFile(t, []float64{math.Inf(1)}, 1)},
		`layer 0: array "intercepts_0": header: unexpected EOF`:              {"coefs_0.npy": w, "intercepts_0.npy": &fstest.MapFile{}},
		`layer 0: open arr_1.npy: file does not exist`:                       {"arr_0.npy": w, "intercepts_0.npy": b},
	} {
		net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
		before := weights(net)
		if err := interop.ReadScikitLearn(files, net); err == nil || err.Error() != "interop: ReadScikitLearn: "+want {
			t.Errorf("got %v\nwant interop: ReadScikitLearn: %s", err, want)
		}
		if !same(weights(net), before) {
			t.Error("weights have changed")
		}
	}

	// A file twice in a .npz: which one counts?
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for name, f := range map[string]*fstest.MapFile{"coefs_0.npy": w, "intercepts_0.npy": b} {
		for range 2 {
			entry, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := entry.Write(f.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
	if err := readScikitLearn(file.Bytes(), net); err == nil || !strings.Contains(err.Error(), "duplicate") {
		t.Errorf("got %v", err)
	}
}

// foreign is a layer of another package that does not describe itself.
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
	for want, err := range map[string]error{
		"interop: WritePyTorch: layer 0, a *mlp.Normalization, has no counterpart in nn.Sequential":      toPyTorch(net(mlp.NewNormalization(1))),
		"interop: WritePyTorch: layer 1, a *mlp.residual, has no counterpart in nn.Sequential":           toPyTorch(net(one, mlp.Residual(mlp.Dense(1, 1, mlp.Tanh)))),
		"interop: WritePyTorch: the network scales its targets, see mlp.WithTargetScaling":               toPyTorch(scaled),
		"interop: WritePyTorch: the network is nil":                                                      toPyTorch(nil),
		"interop: WritePyTorch: layer 0: interop_test.foreign is no mlp.Describer":                       toPyTorch(net(foreign{one})),
		"interop: WriteScikitLearn: layer 0, normalization, has no counterpart":                          toScikit(net(mlp.NewNormalization(1), one)),
		"interop: WriteScikitLearn: layer 0, layer_norm, has no counterpart: want dense with a bias":     toScikit(net(mlp.LayerNorm(1))),
		"interop: WriteScikitLearn: layer 0, layer 0, dense, has no counterpart: want dense with a bias": toScikit(net(mlp.Residual(mlp.Dense(1, 1, mlp.Tanh)))),
		"interop: WriteScikitLearn: layer 0, dense, has no counterpart: want dense with a bias":          toScikit(net(mlp.Dense(1, 1, mlp.Tanh, mlp.WithoutBias()))),
		"interop: WriteScikitLearn: the network scales its targets, see mlp.WithTargetScaling":           toScikit(scaled),
		"interop: ReadScikitLearn: layer 0, layer_norm, has no counterpart: want dense with a bias":      fromScikit(net(mlp.LayerNorm(1))),
		"interop: ReadScikitLearn: the network is nil":                                                   fromScikit(nil),
		`interop: ReadPyTorch: modules ["answer" "hidden" "input"] for 1 layers with parameters`:         fromPyTorch(net(mlp.NewNormalization(1), one)),
		"interop: ReadPyTorch: layer 0: interop_test.foreign is no mlp.Describer":                        fromPyTorch(net(foreign{one})),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// Whatever a file has, reading it does not panic and changes all or nothing.
func FuzzReadPyTorch(f *testing.F) {
	f.Add(readFile(f, "sequential_f16.safetensors"))
	net := sequential(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := weights(net)
		if err := readPyTorch(b, net); err != nil && !same(weights(net), before) {
			t.Error("weights have changed")
		}
	})
}

func FuzzReadScikitLearn(f *testing.F) {
	f.Add(readFile(f, "classifier.npz"))
	f.Add(readFile(f, "regressor.npz"))
	net := skClassifier(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := weights(net)
		if err := readScikitLearn(b, net); err != nil && !same(weights(net), before) {
			t.Error("weights have changed")
		}
	})
}

package interop_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
	"example.com/mlp/interop"
)

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

func readPyTorch(b []byte, net mlp.Network, modules ...string) error {
	return interop.ReadPyTorch(bytes.NewReader(b), net, modules...)
}

func TestReadPyTorch(t *testing.T) {
	for name, tol := range map[string]float64{"f64": 1e-12, "f32": 1e-6, "f16": 2e-3, "bf16": 2e-2} {
		net := sequential(t)
		if err := readPyTorch(readFile(t, "sequential_"+name+".safetensors"), net); err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, net, "sequential.json", tol)
	}
	for _, order := range [][]string{nil, {"input", "hidden", "answer"}} { // the shapes determine the order
		net := named(t)
		if err := readPyTorch(readFile(t, "named.safetensors"), net, order...); err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, net, "named.json", 1e-12)
	}
}

// The names are those of nn.Sequential.
func TestWritePyTorchNames(t *testing.T) {
	var b bytes.Buffer
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 3, mlp.Identity), mlp.GaussianNoise(3, 1), mlp.BatchNorm(3), mlp.ActivationLayer(3, mlp.ReLU),
		mlp.Dense(3, 3, mlp.Tanh), mlp.Dropout(3, 0.5), mlp.PReLU(3), mlp.Dense(3, 1, mlp.Identity, mlp.WithoutBias()))
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
	const want = "0.weight[3 2] 0.bias[3] 1.weight[3] 1.bias[3] 1.running_mean[3] 1.running_var[3] 1.num_batches_tracked[] 3.weight[3 3] 3.bias[3] 6.weight[3] 7.weight[1 3]"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadPyTorchRefuses(t *testing.T) {
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
		{`module "1" for layer 1, batch_norm: tensor "1.running_var": entry 2 is -1, want a finite number of at least 0`, withVariance(-1, w0, b0, w1, b1), nil},
		{`module "0" for layer 0, dense: no tensor "bias", the module has ["weight"]`, withVariance(0, w0, w1, b1), nil},
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
		if !slices.Equal(weights(net), before) {
			t.Error("weights have changed")
		}
	}
}

// Whatever a file contains, reading it does not panic and changes all or
// nothing.
func FuzzReadPyTorch(f *testing.F) {
	f.Add(readFile(f, "sequential_f16.safetensors"))
	net := sequential(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := weights(net)
		if err := readPyTorch(b, net); err != nil && !slices.Equal(weights(net), before) {
			t.Error("weights have changed")
		}
	})
}

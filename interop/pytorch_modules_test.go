package interop_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

var f64s = safetensors.Float64Tensor

// stateDict returns a file of tensors.
func stateDict(t testing.TB, tensors ...safetensors.Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, nil, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Modules that store their parameters differently from the layers.
func TestReadPyTorchModules(t *testing.T) {
	w, b := f64s("0.weight", []float64{1, 2, 3, 4}, 2, 2), f64s("0.bias", []float64{5, 6}, 2)
	dense := func() mlp.Layer { return mlp.Dense(2, 2, mlp.Identity) }
	zeros := []float64{0, 0, 0, 0}
	for _, c := range []struct {
		name    string
		layers  []mlp.Layer
		tensors []safetensors.Tensor
		want    []float64 // parameters, a weight transposed
	}{
		{"weight_norm", []mlp.Layer{dense()},
			[]safetensors.Tensor{f64s("0.weight_g", []float64{10, 2}, 2, 1), f64s("0.weight_v", []float64{3, 4, 0, -7}, 2, 2), b},
			[]float64{6, 0, 8, -2, 5, 6}},
		{"weight_norm, parametrized", []mlp.Layer{dense()},
			[]safetensors.Tensor{f64s("0.parametrizations.weight.original0", []float64{10, 2}, 2, 1), f64s("0.parametrizations.weight.original1", []float64{3, 4, 0, -7}, 2, 2), b},
			[]float64{6, 0, 8, -2, 5, 6}},
		{"weight_norm of the module itself", []mlp.Layer{mlp.Dense(2, 2, mlp.Identity, mlp.WithoutBias())},
			[]safetensors.Tensor{f64s("parametrizations.weight.original0", []float64{10, 2}, 2, 1), f64s("parametrizations.weight.original1", []float64{3, 4, 0, -7}, 2, 2)},
			[]float64{6, 0, 8, -2}},
		{"weight_norm, dim=1", []mlp.Layer{dense()},
			[]safetensors.Tensor{f64s("0.weight_g", []float64{10, 13}, 1, 2), f64s("0.weight_v", []float64{3, 5, 4, 12}, 2, 2), b},
			[]float64{6, 8, 5, 12, 5, 6}},
		{"weight_norm, dim=None", []mlp.Layer{dense()},
			[]safetensors.Tensor{f64s("0.weight_g", []float64{-10}), f64s("0.weight_v", []float64{1, 5, 5, 7}, 2, 2), b},
			[]float64{-1, -5, -5, -7, 5, 6}},
		{"weight_norm of extremes", []mlp.Layer{mlp.Dense(2, 2, mlp.Identity, mlp.WithoutBias())},
			[]safetensors.Tensor{f64s("0.weight_g", []float64{5, 5}, 2, 1), f64s("0.weight_v", []float64{3e300, 4e300, 0, 5e-324}, 2, 2)},
			[]float64{3, 0, 4, 5}},
		{"weight_norm of length 0", []mlp.Layer{dense()},
			[]safetensors.Tensor{f64s("0.weight_g", []float64{0, 0}, 2, 1), f64s("0.weight_v", []float64{0, 0, 1, 2}, 2, 2), b},
			[]float64{0, 0, 0, 0, 5, 6}},
		{"PReLU of one slope", []mlp.Layer{dense(), mlp.PReLU(2)}, []safetensors.Tensor{w, b, f64s("1.weight", []float64{0.1}, 1)}, []float64{1, 3, 2, 4, 5, 6, 0.1, 0.1}},
		{"PReLU of a slope a column", []mlp.Layer{dense(), mlp.PReLU(2)}, []safetensors.Tensor{w, b, f64s("1.weight", []float64{0.1, 0.2}, 2)}, []float64{1, 3, 2, 4, 5, 6, 0.1, 0.2}},
		{"PReLU of one column", []mlp.Layer{mlp.PReLU(1)}, []safetensors.Tensor{f64s("0.weight", []float64{0.3}, 1)}, []float64{0.3}},
		{"BatchNorm1d(affine=False)", []mlp.Layer{dense(), mlp.BatchNorm(2)},
			[]safetensors.Tensor{w, b, f64s("1.running_mean", []float64{7, 8}, 2), f64s("1.running_var", []float64{9, 10}, 2), {Name: "1.num_batches_tracked", DType: "I64", Data: make([]byte, 8)}},
			[]float64{1, 3, 2, 4, 5, 6, 1, 1, 0, 0, 7, 8, 9, 10}},
		{"LayerNorm(bias=False)", []mlp.Layer{dense(), mlp.LayerNorm(2)}, []safetensors.Tensor{w, b, f64s("1.weight", []float64{7, 8}, 2)}, []float64{1, 3, 2, 4, 5, 6, 7, 8, 0, 0}},
		{"LayerNorm(elementwise_affine=False)", []mlp.Layer{dense(), mlp.LayerNorm(2)}, []safetensors.Tensor{w, b}, []float64{1, 3, 2, 4, 5, 6, 1, 1, 0, 0}},
		{"two LayerNorms, one of them affine", []mlp.Layer{mlp.LayerNorm(2), dense(), mlp.LayerNorm(2)},
			[]safetensors.Tensor{w, b, f64s("1.weight", []float64{7, 8}, 2), f64s("1.bias", []float64{9, 10}, 2)},
			[]float64{1, 1, 0, 0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10}},
	} {
		_, units := c.layers[len(c.layers)-1].Dims()
		net := model(t, mlp.MeanSquaredError, append(c.layers, mlp.Dense(units, 1, mlp.Identity))...)
		last := f64s("9.weight", zeros[:units], 1, units)
		for _, l := range net.Layers() { // to detect any change
			for _, p := range l.Params() {
				p.Value.Apply(func(i, j int, v float64) float64 { return v + 0.5 }, p.Value)
			}
		}
		if err := readPyTorch(stateDict(t, append(c.tensors, last, f64s("9.bias", []float64{0}, 1))...), net); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, want := weights(net), append(c.want, make([]float64, units+1)...)
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-15*math.Abs(b) }) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

// equal returns the tensors of Linear modules of this many inputs and units with
// the given names. The weights of module i are i + 1.
func equal(units int, names ...string) []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for i, name := range names {
		tensors = append(tensors,
			f64s(name+".weight", slices.Repeat([]float64{float64(i + 1)}, units*units), units, units), f64s(name+".bias", make([]float64, units), units))
	}
	return tensors
}

// The order of modules follows from their numbers, or from their shapes, or
// must be given.
func TestReadPyTorchOrder(t *testing.T) {
	dense := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.Tanh) }
	out := []safetensors.Tensor{f64s("out.weight", []float64{3, 3}, 1, 2), f64s("out.bias", []float64{0}, 1)}
	norm := func(name string, v float64) []safetensors.Tensor {
		return []safetensors.Tensor{f64s(name+".weight", []float64{v, v}, 2), f64s(name+".bias", []float64{0, 0}, 2)}
	}
	join := func(all ...[]safetensors.Tensor) []safetensors.Tensor { return slices.Concat(all...) }
	for _, c := range []struct {
		layers  []mlp.Layer
		tensors []safetensors.Tensor
		order   []string
		want    []float64 // first entry of the weight of each layer
		err     string
	}{
		{layers: []mlp.Layer{dense(2, 2), dense(2, 2), dense(2, 1)}, tensors: join(equal(2, "inp", "hid"), out),
			err: `layer 0, dense: modules ["hid" "inp"] fit, and no number in their names decides: give the argument modules, all of ["hid" "inp" "out"] in the order of the layers`},
		{layers: []mlp.Layer{dense(2, 2), dense(2, 2), dense(2, 1)}, tensors: join(equal(2, "inp", "hid"), out), order: []string{"inp", "hid", "out"}, want: []float64{1, 2, 3}},
		{layers: []mlp.Layer{dense(2, 2), dense(2, 2), dense(2, 1)}, tensors: join(equal(2, "fc2", "fc10"), out), want: []float64{1, 2, 3}},
		{layers: []mlp.Layer{dense(2, 2), dense(2, 2), dense(2, 1)}, tensors: join(equal(2, "net.2.linear", "net.10.linear"), out), want: []float64{1, 2, 3}},
		{layers: []mlp.Layer{dense(2, 2), dense(2, 2), dense(2, 2)}, tensors: equal(2, "net.0", "net.2", "head"),
			err: `layer 0, dense: modules ["head" "net.0"] fit, and no number in their names decides: give the argument modules, all of ["head" "net.0" "net.2"] in the order of the layers`},
		{layers: []mlp.Layer{dense(2, 2), mlp.LayerNorm(2), dense(2, 2), mlp.LayerNorm(2)}, tensors: join(equal(2, "fc1", "fc2"), norm("ln1", 7), norm("ln2", 8)), want: []float64{1, 7, 2, 8}},
		{layers: []mlp.Layer{dense(2, 2), mlp.LayerNorm(2), dense(2, 2), mlp.BatchNorm(2)}, tensors: join(equal(2, "a", "b"), norm("c", 7),
			[]safetensors.Tensor{f64s("d.running_mean", []float64{0, 0}, 2), f64s("d.running_var", []float64{1, 1}, 2)}),
			err: `layer 0, dense: modules ["a" "b"] fit, and no number in their names decides: give the argument modules, all of ["a" "b" "c" "d"] in the order of the layers`},
		{layers: []mlp.Layer{mlp.LayerNorm(2), dense(2, 2), mlp.LayerNorm(2)}, tensors: join(equal(2, "fc"), norm("norm", 7)),
			err: `layer 0, layer_norm: modules ["norm"] or none fit, and no number in their names decides: give the argument modules, all of ["fc" "norm"] in the order of the layers`},
		{layers: []mlp.Layer{mlp.LayerNorm(2), dense(2, 2), mlp.LayerNorm(2)}, tensors: join(equal(2, "fc"), norm("norm", 7)), order: []string{"fc", "norm"}, want: []float64{1, 1, 7}},
		{layers: []mlp.Layer{mlp.LayerNorm(2), mlp.LayerNorm(2)}, tensors: norm("norm", 7), order: []string{"plain", "norm"}, want: []float64{1, 7}},
		{layers: []mlp.Layer{dense(2, 2), dense(2, 1)}, tensors: join(equal(2, "out2"), out), want: []float64{1, 3}},
		// Shapes do not override numbers.
		{layers: []mlp.Layer{dense(2, 2), dense(2, 1)}, tensors: []safetensors.Tensor{f64s("0.weight", []float64{3, 3}, 1, 2), f64s("0.bias", []float64{0}, 1), equal(2, "1")[0], equal(2, "1")[1]},
			err: `module "0" for layer 0, dense: tensor "0.weight" has shape [1 2], want [2 2]`},
		{layers: []mlp.Layer{dense(2, 3), dense(3, 1)}, tensors: join(equal(2, "inp"), out),
			err: `modules ["inp" "out"] fit in no order; in this one, module "inp" for layer 0, dense: tensor "inp.weight" has shape [2 2], want [3 2]`},
		{layers: []mlp.Layer{dense(2, 2), mlp.LayerNorm(2), mlp.BatchNorm(2)}, tensors: equal(2, "0", "1"),
			err: `module "1" for layer 2, batch_norm: tensor "1.weight" has shape [2 2], want [2]`},
		{layers: []mlp.Layer{dense(2, 2), mlp.BatchNorm(2)}, tensors: equal(2, "0"), order: []string{"0", "1"}, err: `no module "1", the file has ["0"]`},
		{layers: []mlp.Layer{dense(2, 2), mlp.LayerNorm(2)}, tensors: join(equal(2, "0"), norm("1", 7)), order: []string{"0", "2"}, err: `no module "2", the file has ["0" "1"]`},
		{layers: []mlp.Layer{dense(2, 2), mlp.LayerNorm(2), mlp.LayerNorm(2)}, tensors: join(equal(2, "0"), []safetensors.Tensor{f64s("1.weight", make([]float64, 3), 3)}),
			err: `module "1" for layer 2, layer_norm: tensor "1.weight" has shape [3], want [2]`},
		{layers: []mlp.Layer{dense(2, 2)}, tensors: []safetensors.Tensor{f64s("0.weight_orig", make([]float64, 4), 2, 2), f64s("0.bias", make([]float64, 2), 2)},
			err: `module "0" for layer 0, dense: no tensor "weight", the module has ["bias" "weight_orig"]`},
		{layers: []mlp.Layer{dense(2, 2)}, tensors: []safetensors.Tensor{f64s("0.weight_g", make([]float64, 2), 2), f64s("0.weight_v", make([]float64, 4), 2, 2), f64s("0.bias", make([]float64, 2), 2)},
			err: `module "0" for layer 0, dense: tensor "0.weight_g" has shape [2], want [2 1]`},
		{layers: []mlp.Layer{dense(2, 2)}, tensors: []safetensors.Tensor{f64s("0.weight_g", make([]float64, 2), 2, 1), f64s("0.weight_v", make([]float64, 6), 2, 3), f64s("0.bias", make([]float64, 2), 2)},
			err: `module "0" for layer 0, dense: tensor "0.weight_v" has shape [2 3], want [2 2]`},
		{layers: []mlp.Layer{dense(2, 2)}, tensors: []safetensors.Tensor{f64s("0.weight_g", []float64{1, 2}, 2, 1), f64s("0.weight_v", []float64{1, 1, 0, 0}, 2, 2), f64s("0.bias", make([]float64, 2), 2)},
			err: `module "0" for layer 0, dense: tensor "0.weight_v" is all zeros for entry 1 of "0.weight_g", which is 2: a weight without a direction`},
		{layers: []mlp.Layer{mlp.PReLU(3)}, tensors: []safetensors.Tensor{f64s("0.weight", []float64{1, 2}, 2)},
			err: `module "0" for layer 0, prelu: tensor "0.weight" has shape [2], want [3]`},
		{layers: []mlp.Layer{mlp.BatchNorm(2)}, tensors: []safetensors.Tensor{f64s("0.weight", []float64{1, 2}, 2), f64s("0.running_mean", []float64{1, 2}, 2), f64s("0.running_var", []float64{1, 2}, 2)},
			err: `module "0" for layer 0, batch_norm: no tensor "bias", the module has ["running_mean" "running_var" "weight"]`},
	} {
		net := model(t, mlp.MeanSquaredError, c.layers...)
		before := weights(net)
		err := readPyTorch(stateDict(t, c.tensors...), net, c.order...)
		if c.err != "" {
			if err == nil || err.Error() != "interop: ReadPyTorch: "+c.err {
				t.Errorf("got  %v\nwant interop: ReadPyTorch: %s", err, c.err)
			}
			if !slices.Equal(weights(net), before) {
				t.Error("weights have changed")
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		for i, l := range net.Layers() {
			if got := l.Params()[0].Value.At(0, 0); got != c.want[i] {
				t.Errorf("layer %d begins with %g, want %g", i, got, c.want[i])
			}
		}
	}
}

// Many modules without numbers do not cause an endless search.
func TestReadPyTorchOfManyModules(t *testing.T) {
	var names []string
	var layers []mlp.Layer
	for a := range 26 {
		for b := range 8 {
			names = append(names, string([]byte{'a' + byte(a), 'a' + byte(b)}))
			layers = append(layers, mlp.Dense(1, 1, mlp.Tanh))
		}
	}
	net := model(t, mlp.MeanSquaredError, layers...)
	file := stateDict(t, equal(1, names...)...)
	if err := readPyTorch(file, net); err == nil {
		t.Error("no error")
	}
	if err := readPyTorch(file, net, names...); err != nil || weights(net)[2] != 2 {
		t.Errorf("%v, %v", err, weights(net)[2])
	}
}

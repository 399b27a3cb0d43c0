package mlp_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

func TestLoadOfNoFile(t *testing.T) {
	if _, err := mlp.LoadFile("testdata/missing"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "mlp: LoadFile: open ") {
		t.Errorf("got %v", err)
	}
	fsys := fstest.MapFS{"short": &fstest.MapFile{Data: []byte("short")}}
	if _, err := mlp.LoadFS(fsys, "missing"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "mlp: LoadFS: open ") {
		t.Errorf("got %v", err)
	}
	if _, err := mlp.LoadFS(fsys, "short"); err == nil || err.Error() != "mlp: LoadFS: short: length of the header: unexpected EOF" {
		t.Errorf("got %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	set := func(key, value string) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	layers := func(old, new string) func(*safetensors.File) {
		return func(f *safetensors.File) {
			if !strings.Contains(f.Metadata["layers"], old) {
				t.Fatalf("no %s in %s", old, f.Metadata["layers"])
			}
			f.Metadata["layers"] = strings.Replace(f.Metadata["layers"], old, new, 1)
		}
	}
	tensor := func(i int, tensor safetensors.Tensor) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Tensors[i] = tensor }
	}
	add := func(tensor safetensors.Tensor) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Tensors = append(f.Tensors, tensor) }
	}
	float64s := safetensors.Float64Tensor
	net := model(t, mlp.BinaryCrossEntropy, []mlp.ModelOption{mlp.WithClasses("no", "yes"), mlp.WithSeed(5)},
		mlp.NewNormalization(2), mlp.Dense(2, 3, mlp.Tanh, mlp.WithoutBias()), mlp.Residual(mlp.BatchNorm(3), mlp.Dropout(3, 0.5)), mlp.Dense(3, 1, mlp.Sigmoid))
	for _, c := range []struct {
		want   string
		change func(*safetensors.File)
	}{
		{`metadata format is "pt", want "mlp": the file was not written by Save; a state dict of PyTorch is read into a network by interop.ReadPyTorch`, set("format", "pt")},
		{`metadata format_version is "2", want "1"`, set("format_version", "2")},
		{`unknown loss "mean", see WithLosses`, set("loss", "mean")},
		{`metadata seed is "-1", want an integer of at least 0`, set("seed", "-1")},
		{`metadata generator: encoding/hex: odd length hex string`, set("generator", "0")},
		{`metadata generator: invalid PCG encoding`, set("generator", "00")},
		{`metadata threshold is "", want a number`, set("threshold", "")},
		{`metadata threshold: mlp: SetThreshold: NaN is not in [0, 1]`, set("threshold", "NaN")},
		{`metadata layers: unexpected EOF`, set("layers", "[")},
		{`metadata layers: "kind" is there twice`, layers(`"kind":`, `"kind":"dense","kind":`)},
		{`metadata layers: "units": null`, layers(`"units":2`, `"units":null`)},
		{`metadata layers: unknown field "size"`, layers(`"units":2`, `"units":2,"size":1`)},
		{`metadata layers: "inputs": "2", want an integer`, layers(`"inputs":2`, `"inputs":"2"`)},
		{`metadata layers: "inputs": 2.5, want an integer`, layers(`"inputs":2`, `"inputs":2.5`)},
		{`metadata layers: "layers": "numbers": "rate": 1e999, want a finite number`, layers(`"rate":0.5`, `"rate":1e999`)},
		{`mlp: Model: no layers`, set("layers", "[]")},
		{`layer 0: unknown kind "conv", see WithLayerKinds`, layers("normalization", "conv")},
		{`layer 1: unknown activation "tan", see WithActivations`, layers(`"tanh"`, `"tan"`)},
		{`layer 1: dense with 2 inputs and 1000000000 units has 2000000000 parameters, the file has 22 numbers left`, layers(`"inputs":2,"units":3`, `"inputs":2,"units":1000000000`)},
		{`layer 2: layer 0 inside: batch_norm with 3 inputs and 2147483647 units has 8589934588 parameters, the file has 16 numbers left`, layers(`"batch_norm","inputs":3,"units":3`, `"batch_norm","inputs":3,"units":2147483647`)},
		{`layer 0: 2 inputs and -2 units, want from 1 to 2147483647`, layers(`"units":2`, `"units":-2`)},
		{`layer 0: normalization with 3 inputs, want 2`, layers(`"inputs":2`, `"inputs":3`)},
		{`layer 0: normalization with activation "tanh", want ""`, layers(`"units":2`, `"units":2,"activation":"tanh"`)},
		{`layer 0: normalization with 1 layers inside, want 0`, layers(`"units":2`, `"units":2,"layers":[{"kind":"dropout","inputs":2,"units":2,"numbers":{"rate":0}}]`)},
		{`layer 1: dense with numbers map[l3:1 without_bias:1], want map[without_bias:1]`, layers(`"without_bias":1`, `"without_bias":1,"l3":1`)},
		{`layer 1: dense with 2 inputs and 100000000 units has 200000000 parameters, the file has 22 numbers left`,
			layers(`"inputs":2,"units":3,"activation":"tanh","numbers":{"without_bias":1}`, `"inputs":2,"units":100000000,"activation":"tanh","numbers":{"without_bias":3}`)},
		{`layer 1: dense with numbers map[without_bias:2], want map[without_bias:1]`, layers(`"without_bias":1`, `"without_bias":2`)},
		{`layer 1: nil activation`, layers(`"activation":"tanh",`, ``)},
		{`layer 2: layer 1 inside: dropout rate is 1.5, want a number in [0, 1)`, layers(`"rate":0.5`, `"rate":1.5`)},
		{`layer 2: residual with 4 inputs, want 3`, layers(`"residual","inputs":3`, `"residual","inputs":4`)},
		{`mlp: Model: WithClasses has 2 names, the network has classes: 3`, set("layers", `[{"kind":"dropout","inputs":3,"units":3,"numbers":{"rate":0}}]`)},
		{`mlp: Model: layer 3: binary_cross_entropy takes probabilities, tanh(-100) is -1: use sigmoid`, layers(`"sigmoid"`, `"tanh"`)},
		{`metadata classes: an object, want a list`, set("classes", `{}`)},
		{`metadata classes: a list, want a string`, set("classes", `[["no"]]`)},
		{`mlp: Model: WithClasses has 1 names, the network has classes: 2`, set("classes", `["no"]`)},
		{`mlp: Model: WithFeatures: "a" is name 0 and 1`, set("features", `["a","a"]`)},
		{`no tensor "layers.0.std"`, func(f *safetensors.File) { f.Tensors[1].Name = "other" }},
		{`tensor "layers.0.std" has shape [2], want [1 2]`, tensor(1, float64s("layers.0.std", []float64{1, 1}, 2))},
		{`tensor "layers.0.std": entry 1 is +Inf: not finite`, tensor(1, float64s("layers.0.std", []float64{1, math.Inf(1)}, 1, 2))},
		{`tensor "layers.0.std": entries of type F8_E4M3 are not supported`, tensor(1, safetensors.Tensor{Name: "layers.0.std", DType: "F8_E4M3", Shape: []int{1, 2}, Data: make([]byte, 2)})},
		{`layer 0: std[1] is 0, want a finite number above 0`, tensor(1, float64s("layers.0.std", []float64{1, 0}, 1, 2))},
		{`layer 2: residual block: layer 0: running_var[2] is -1, want a finite number of at least 0`, tensor(6, float64s("layers.2.0.running_var", []float64{1, 0, -1}, 1, 3))},
		{`tensor "other" does not belong to the network`, add(float64s("other", nil, 0))},
		{`mlp: Model: WithTargetScaling: binary_cross_entropy is no loss of a regression`, add(float64s("target_scaling.mean", []float64{1}, 1, 1))},
	} {
		net, err := mlp.Load(bytes.NewReader(altered(t, net, c.change)))
		if net != nil || err == nil || err.Error() != "mlp: Load: "+c.want {
			t.Errorf("got %v\nwant mlp: Load: %s", err, c.want)
		}
	}
	deep := strings.Repeat(`{"kind":"residual","inputs":1,"units":1,"layers":[`, 17) + `{"kind":"dropout","inputs":1,"units":1}` + strings.Repeat(`]}`, 17)
	const nested = `[{"layers":`
	deeper := strings.Repeat(nested, 100_000)
	for text, want := range map[string]string{"[" + deep + "]": "residual layers are nested more than 16 deep", deeper: "nested too deeply"} {
		if _, err := mlp.Load(bytes.NewReader(altered(t, net, set("layers", text)))); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	// What others add to the metadata, and other types of numbers, are welcome.
	for _, change := range []func(*safetensors.File){
		set("author", "somebody"),
		tensor(1, safetensors.Tensor{Name: "layers.0.std", DType: "BF16", Shape: []int{1, 2}, Data: []byte{0x80, 0x3f, 0x80, 0x3f}}),
		add(float64s("training.x", []float64{1}, 1)),
	} {
		if _, err := mlp.Load(bytes.NewReader(altered(t, net, change))); err != nil {
			t.Error(err)
		}
	}
}

// A file that is cut off or has one more byte is refused.
func TestLoadOfParts(t *testing.T) {
	b := saved(t, binaryNet(t))
	for n := range b {
		if _, err := mlp.Load(bytes.NewReader(b[:n])); err == nil {
			t.Fatalf("%d of %d bytes are loaded", n, len(b))
		}
	}
	if _, err := mlp.Load(bytes.NewReader(append(b, 0))); err == nil {
		t.Error("a byte more is loaded")
	}
}

func FuzzLoad(f *testing.F) {
	for _, net := range []mlp.Network{
		everyKind(f), model(f, mlp.MeanSquaredError, nil, mixed()), binaryNet(f, mlp.WithClasses("no", "yes")),
		model(f, mlp.Quantile(0.9), []mlp.ModelOption{mlp.WithTargetScaling(mlp.NewNormalization(1))}, mlp.Dense(1, 1, mlp.Identity)),
	} {
		f.Add(saved(f, net))
		f.Add(altered(f, net, func(*safetensors.File) {})) // whose digest refuses nothing
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := mlp.Load(bytes.NewReader(b))
		if err != nil {
			return
		}
		inputs, _ := net.Layers()[0].Dims()
		if inputs < 1000 {
			if _, err := net.Predict(mat.NewDense(1, inputs, nil)); err != nil && !errors.Is(err, mlp.ErrNotFinite) {
				t.Error(err) // weights may be too large for an answer
			}
		}
		again, err := mlp.Load(bytes.NewReader(saved(t, net)))
		if err != nil || !sameBits(weights(again), weights(net)) {
			t.Errorf("saved and loaded again: %v", err)
		}
	})
}

// lyingReader breaks the rules of io.Reader after some bytes.
type lyingReader struct {
	r io.Reader
	n int // what it then says it has read
}

func (l lyingReader) Read(p []byte) (int, error) {
	if n, err := l.r.Read(p); err == nil {
		return n, nil
	}
	if l.n < 0 {
		return l.n, nil
	}
	return len(p) + l.n, nil
}

// A reader that has read less than nothing, or more than it was asked for, is an
// error and no panic.
func TestLoadOfLyingReaders(t *testing.T) {
	b := saved(t, binaryNet(t))
	for _, size := range []int{0, 3, 8, 100, len(b) - 1, len(b)} {
		for _, n := range []int{-1, 1, math.MinInt, math.MaxInt32} {
			_, err := mlp.Load(lyingReader{bytes.NewReader(b[:size]), n})
			if err == nil || !strings.Contains(err.Error(), "the reader says that it has read ") {
				t.Errorf("%d after %d bytes: %v", n, size, err)
			}
		}
	}
}

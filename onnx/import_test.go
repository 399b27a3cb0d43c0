package onnx

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// reference is what PyTorch says about one of its models.
type reference struct {
	Dtype      string
	InputShape []int `json:"input_shape"`
	Input      any
	Output     [][]float64
}

// flatNumbers appends the numbers in nested lists to dst.
func flatNumbers(dst []float64, v any) []float64 {
	if f, ok := v.(float64); ok {
		return append(dst, f)
	}
	for _, e := range v.([]any) {
		dst = flatNumbers(dst, e)
	}
	return dst
}

func readReference(t *testing.T, file string) (x, y *mat.Dense, dtype string) {
	t.Helper()
	data, err := os.ReadFile(strings.TrimSuffix(file, ".onnx") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	v := flatNumbers(nil, r.Input)
	n := r.InputShape[0]
	x = mat.NewDense(n, len(v)/n, v)
	y = mat.NewDense(n, len(r.Output[0]), nil)
	for i, row := range r.Output {
		y.SetRow(i, row)
	}
	return x, y, r.Dtype
}

func TestImportFromPyTorch(t *testing.T) {
	files, err := filepath.Glob("testdata/pytorch/*.onnx")
	if err != nil || len(files) != 35 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	tolerance := map[string]float64{"float32": 1e-5, "float64": 1e-12}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			net, err := ImportFile(file)
			if strings.Contains(file, "conv") {
				want := "onnx: ImportFile: " + file + `: node "/0/Conv" (Conv): the operator Conv is not supported`
				if err == nil || err.Error() != want {
					t.Fatalf("got %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			x, y, dtype := readReference(t, file)
			out := forward(t, net, x)
			d := distance(t, out, y)
			t.Logf("distance %.2g\n%v", d, net)
			if d > tolerance[dtype] {
				t.Errorf("the outputs differ by %g", d)
			}
		})
	}
}

// arch returns the layers of a network as a text.
func arch(net mlp.Network) string {
	if r, ok := net.(*mlp.Regressor); ok && r.TargetScaling() != nil {
		return archOf(net.Layers()) + " scaled"
	}
	return archOf(net.Layers())
}

func archOf(layers []mlp.Layer) string {
	var s []string
	for _, l := range layers {
		d := l.(mlp.Describer).Describe()
		kind := d.Kind
		switch {
		case kind == "dense":
			kind = fmt.Sprintf("dense(%d,%d,%s)", d.Inputs, d.Units, d.Activation.Name())
			if d.Numbers["without_bias"] != 0 {
				kind = strings.Replace(kind, ")", ",no bias)", 1)
			}
		case kind == "activation":
			kind = d.Activation.Name()
		case len(d.Columns) > 0:
			kind = fmt.Sprintf("%s(%d %s)", kind, d.Columns, archOf(d.Layers))
		case len(d.Layers) > 0:
			kind += "(" + archOf(d.Layers) + ")"
		case len(d.Numbers) > 0:
			var numbers []string
			for _, name := range sortedKeys(d.Numbers) {
				numbers = append(numbers, fmt.Sprintf("%s=%v", name, d.Numbers[name]))
			}
			kind += "(" + strings.Join(numbers, ",") + ")"
		}
		s = append(s, kind)
	}
	return strings.Join(s, " ")
}

// The last activation decides on the loss.
func TestUsualLoss(t *testing.T) {
	for _, c := range []struct {
		last mlp.Layer
		want mlp.Loss
	}{
		{mlp.Dense(4, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy},
		{mlp.Dense(4, 2, mlp.Sigmoid), mlp.BinaryCrossEntropy},
		{mlp.Dense(4, 3, mlp.Softmax), mlp.CategoricalCrossEntropy},
		{mlp.Dense(4, 1, mlp.Softmax), mlp.MeanSquaredError},
		{mlp.Dense(4, 3, mlp.Identity), mlp.MeanSquaredError},
		{mlp.BatchNorm(4), mlp.MeanSquaredError},
	} {
		net := varied(t, "", "", mlp.Dense(4, 4, mlp.Tanh), c.last)
		m, err := decodeModel(exported(t, net, Float64))
		if err != nil {
			t.Fatal(err)
		}
		m.metadata = nil
		back, err := Import(bytes.NewReader(m.encode()))
		if err != nil {
			t.Fatal(err)
		}
		if back.Loss() != c.want {
			t.Errorf("%s: got %s, want %s", arch(net), back.Loss().Name(), c.want.Name())
		}
	}
}

func TestOptions(t *testing.T) {
	text := "output y double[N,3]\noutput d double[N,3]\n" + dense + "y = Sigmoid(d)"
	for _, c := range []struct {
		opts []ImportOptions
		arch string
		loss mlp.Loss
	}{
		{[]ImportOptions{{Output: "y"}}, "dense(4,3,sigmoid)", mlp.BinaryCrossEntropy},
		{[]ImportOptions{{Output: "d", Loss: mlp.Huber(1)}}, "dense(4,3,identity)", mlp.Huber(1)},
		{[]ImportOptions{{Output: "d", Model: []mlp.ModelOption{mlp.WithSeed(7)}}}, "dense(4,3,identity)", mlp.MeanSquaredError},
	} {
		net, err := importText(text, c.opts...)
		if err != nil {
			t.Fatal(err)
		}
		if arch(net) != c.arch || net.Loss() != c.loss {
			t.Errorf("got %s with %s, want %s with %s", arch(net), net.Loss().Name(), c.arch, c.loss.Name())
		}
	}
	counts, err := importText(numbers + dense + "y = Exp(d)")
	if err != nil {
		t.Fatal(err)
	}
	if arch(counts) != "dense(4,3,identity)" || counts.Loss() != mlp.Poisson {
		t.Errorf("an Exp at the end: got %s with %s", arch(counts), counts.Loss().Name())
	}
	_, err = importText(numbers+dense+"y = Exp(d)", ImportOptions{Loss: mlp.MeanSquaredError})
	if want := "onnx: Import: the graph ends in Exp, which only losses with the task counting have, not mean_squared_error"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	// Poisson takes no scaled targets.
	scaled, err := importText(numbers+dense+"m = Mul(d, two)\ny = Add(m, half)", ImportOptions{Loss: mlp.Poisson})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := arch(scaled), "dense(4,3,identity) normalization"; got != want {
		t.Errorf("with Poisson: %s, want %s", got, want)
	}
	net, err := importText(text, ImportOptions{Output: "y", Model: []mlp.ModelOption{mlp.WithSeed(7)}})
	if err != nil || net.Seed() != 7 {
		t.Errorf("seed %d, %v, want 7", net.Seed(), err)
	}
	_, err = importText(text, ImportOptions{}, ImportOptions{})
	if want := "onnx: Import: 2 ImportOptions, want at most one"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = importText(text, ImportOptions{Output: "z"})
	if want := `onnx: Import: the graph has no output "z", its outputs are ["y" "d"]`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = importText(text, ImportOptions{Output: "y", Loss: mlp.CategoricalCrossEntropy})
	if want := "onnx: Import: mlp: Model: "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s...", err, want)
	}
}

// What is imported trains on: the loss falls.
func TestImportedNetworksTrainOn(t *testing.T) {
	files, err := filepath.Glob("testdata/pytorch/*.onnx")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(file, "conv") {
			continue
		}
		net, err := ImportFile(file, ImportOptions{Model: []mlp.ModelOption{mlp.WithSeed(1)}})
		if err != nil {
			t.Fatal(err)
		}
		inputs, _ := net.Layers()[0].Dims()
		trainOn(t, filepath.Base(file), net, samples(40, inputs))
	}
	for _, c := range networks(t) {
		net, err := Import(bytes.NewReader(exported(t, c, Float64)), ImportOptions{Model: []mlp.ModelOption{mlp.WithSeed(1)}})
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(net.Layers(), func(l mlp.Layer) bool { return len(l.Params()) > 0 }) {
			trainOn(t, c.name, net, c.x)
		}
	}
}

// trainOn trains a network to give other outputs for x than it does.
func trainOn(t *testing.T, name string, net mlp.Network, x *mat.Dense) {
	t.Helper()
	y := forward(t, net, x)
	rows, units := y.Dims()
	for i := range rows {
		switch net.Loss().Task() {
		case mlp.Binary, mlp.Margin:
			for j := range units {
				y.Set(i, j, float64((i+j)%2))
			}
		case mlp.Multiclass:
			y.SetRow(i, make([]float64, units))
			y.Set(i, i%units, 1)
		default:
			for j := range units {
				y.Set(i, j, 0.4*y.At(i, j)+0.1)
			}
		}
	}
	h, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 10, BatchSize: 10, Optimizer: mlp.Adam{LearningRate: 0.003}})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if first, last := h.Epochs[0].Train.Loss, h.Epochs[9].Train.Loss; !(last < first) {
		t.Errorf("%s: the loss went from %g to %g", name, first, last)
	}
}

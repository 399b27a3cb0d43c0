package onnx

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// importFile imports a file.
func importFile(file string, opts ...Option) (mlp.Network, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Import(f, opts...)
}

func TestImportFromPyTorch(t *testing.T) {
	files, err := filepath.Glob("testdata/pytorch/*.onnx")
	if err != nil || len(files) != 35 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	tolerance := map[string]float64{"float32": 1e-5, "float64": 1e-12}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			net, err := importFile(file)
			if strings.Contains(file, "conv") {
				const want = `onnx: Import: node "/0/Conv" (Conv): the operator Conv is not supported`
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
		case kind == "residual":
			kind = "residual(" + archOf(d.Layers) + ")"
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

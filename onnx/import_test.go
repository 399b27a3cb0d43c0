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
			out, err := net.Forward(x)
			if err != nil {
				t.Fatal(err)
			}
			d := distance(t, out, y)
			t.Logf("distance %.2g\n%v", d, net)
			if d > tolerance[dtype] {
				t.Errorf("the outputs differ by %g", d)
			}
		})
	}
}

// arch returns the layers of a network as a text.
func arch(net mlp.Network) string { return archOf(net.Layers()) }

func archOf(layers []mlp.Layer) string {
	var s []string
	for _, l := range layers {
		inputs, units := l.Dims()
		kind := strings.TrimPrefix(fmt.Sprintf("%T", l), "*mlp.")
		switch l := l.(type) {
		case *mlp.DefaultDense, *mlp.SoftmaxDense:
			act := l.(mlp.LogitLayer).Activation().Name()
			if len(l.Params()) == 1 {
				act += ",no bias"
			}
			kind = fmt.Sprintf("dense(%d,%d,%s)", inputs, units, act)
		case mlp.LogitLayer:
			kind = l.Activation().Name()
		case interface{ Rate() float64 }:
			kind = fmt.Sprintf("dropout(%v)", l.Rate())
		case interface{ Layers() []mlp.Layer }:
			kind = "residual(" + archOf(l.Layers()) + ")"
		}
		s = append(s, kind)
	}
	return strings.Join(s, " ")
}

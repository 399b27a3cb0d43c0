package onnx_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/onnx"
)

// reference is what PyTorch says about one of its models.
type reference struct {
	Dtype      string
	InputShape []int `json:"input_shape"`
	Input      any
	Output     [][]float64
}

// flatten appends the numbers in nested lists to dst.
func flatten(dst []float64, v any) []float64 {
	if f, ok := v.(float64); ok {
		return append(dst, f)
	}
	for _, e := range v.([]any) {
		dst = flatten(dst, e)
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
	v := flatten(nil, r.Input)
	n := r.InputShape[0]
	x = mat.NewDense(n, len(v)/n, v)
	y = mat.NewDense(n, len(r.Output[0]), nil)
	for i, row := range r.Output {
		y.SetRow(i, row)
	}
	return x, y, r.Dtype
}

// distance returns the largest difference between the entries of a and b,
// relative to max(1, |b|).
func distance(t *testing.T, a, b mat.Matrix) float64 {
	t.Helper()
	ar, ac := a.Dims()
	br, bc := b.Dims()
	if ar != br || ac != bc {
		t.Fatalf("%d×%d numbers, want %d×%d", ar, ac, br, bc)
	}
	d := 0.0
	for i := range br {
		for j := range bc {
			e := math.Abs(a.At(i, j)-b.At(i, j)) / max(1, math.Abs(b.At(i, j)))
			if math.IsNaN(e) {
				return math.Inf(1)
			}
			d = max(d, e)
		}
	}
	return d
}

// importFile imports a file.
func importFile(file string, opts ...onnx.Option) (mlp.Network, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return onnx.Import(f, opts...)
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

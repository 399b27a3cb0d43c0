package onnx

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// runtimeNumber is a number of ONNX Runtime, of which JSON has no NaN.
type runtimeNumber float64

func (n *runtimeNumber) UnmarshalJSON(text []byte) error {
	if string(text) == `"NaN"` {
		*n = runtimeNumber(math.NaN())
		return nil
	}
	v, err := strconv.ParseFloat(string(text), 64)
	*n = runtimeNumber(v)
	return err
}

// Unusual files give what ONNX Runtime gives, or an error that says why not.
// What ONNX Runtime refuses is refused.
func TestCases(t *testing.T) {
	const folder = "testdata/cases/"
	var index map[string]struct {
		Input   [][]float64
		Runtime struct{ Data []runtimeNumber } `json:"onnxruntime"`
		Refuses string                         `json:"onnxruntime_refuses"`
	}
	text, err := os.ReadFile(folder + "index.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(folder + "*.onnx")
	if err != nil || len(files) != len(index) {
		t.Fatalf("%d files, %d in the index, %v", len(files), len(index), err)
	}
	accepted := map[string]string{
		"a69_cast_weight_to_fp16_and_back.onnx": "dense(5,7,identity)",
		"concat.onnx":                           "dense(4,12,identity,no bias) residual(dense(12,4,identity,no bias) dense(4,8,relu) dense(8,12,identity,no bias)) dense(12,1,identity)",
		"exp.onnx":                              "dense(4,8,relu) dense(8,1,identity)",
		"negative_scale.onnx":                   "dense(4,4,identity,no bias) dense(4,8,relu) dense(8,1,identity)",
		"squeeze.onnx":                          "dense(4,8,relu) dense(8,1,sigmoid)",
		"two_files.onnx":                        "dense(4,8,relu) dense(8,1,identity)",
	}
	refused := map[string]string{
		"a01_both_data_disagree.onnx":              `node 0 (Gemm): tensor "w1": data of more than one kind`,
		"a10_double_input_float_weights.onnx":      `node 0 (Gemm): input 0 is of float64 and input 1 of float32, the operator takes one type`,
		"a13_int64_weights.onnx":                   `node 0 (Gemm): input 0 is of float32 and input 1 of int64, the operator takes one type`,
		"a29_constant_of_shape_1e10.onnx":          `node 0 (ConstantOfShape): the operator ConstantOfShape is not supported`,
		"a66_cast_to_int.onnx":                     `node 0 (Cast): a Cast to int64 changes what the network computes, which no layer does`,
		"a74_unknown_attr.onnx":                    `node 0 (Gemm): attribute "frob" is not supported`,
		"a77_two_opsets_of_same_domain.onnx":       `no ONNX model: two versions of the operator set ai.onnx: 13 and 7`,
		"a82_two_outputs_of_relu.onnx":             `node 0 (Relu): 2 outputs, the operator gives 1`,
		"a97_clip_int_bounds.onnx":                 `node 0 (Clip): input 0 is of float32 and input 1 of int64, the operator takes one type`,
		"b02_cast_x_bf16_and_back.onnx":            `node 0 (Cast): a Cast to bfloat16 changes what the network computes, which no layer does`,
		"b04_cast_weight_70000_fp16_and_back.onnx": `node 2 (Gemm): tensor "w1": element 0 is 70000, too large for float16`,
		"b05_cast_hidden_fp16_and_back.onnx":       `node 1 (Cast): a Cast to float16 changes what the network computes, which no layer does`,
	}
	for name, c := range index {
		net, err := ImportFile(folder + name)
		if want, ok := refused[name]; ok {
			want = "onnx: ImportFile: " + folder + name + ": " + want
			if err == nil || err.Error() != want {
				t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := arch(net), accepted[name]; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if c.Refuses != "" {
			t.Errorf("%s is taken, ONNX Runtime says %s", name, c.Refuses)
			continue
		}
		x := mat.NewDense(len(c.Input), len(c.Input[0]), nil)
		for i, row := range c.Input {
			x.SetRow(i, row)
		}
		y := forward(t, net, x).RawMatrix().Data
		if len(y) != len(c.Runtime.Data) {
			t.Errorf("%s: %d numbers, want %d", name, len(y), len(c.Runtime.Data))
			continue
		}
		for i, want := range c.Runtime.Data {
			if w := float64(want); !(math.Abs(y[i]-w) <= 1e-5*math.Abs(w)) {
				t.Errorf("%s: number %d is %g, want %g", name, i, y[i], w)
			}
		}
	}
}

package onnx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Whatever the file, Import gives an error or a network that computes, and
// whose export computes the same.
func FuzzImport(f *testing.F) {
	for _, pattern := range []string{"testdata/pytorch/*.onnx", "testdata/golden/*.onnx", "testdata/cases/*.onnx"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	for _, text := range []string{
		dense + "y = Relu(d)",
		dense + row3 + pos3 + layerNormPieces + "u = Mul(p, z)\ny = Add(r, u)",
		dense + square + "f = Gemm(d, q, b)\ng = Tanh(f)\ny = Add(d, g)",
		dense + "y = Clip(d, , b)",
		dense + row3 + pos3 + "m = Mul(d, p)\ny = Add(m, r)",
		dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, p) epsilon=0.001 momentum=0.99",
		dense + `y = ai.onnx.ml.ZipMap(d) classlabels_strings=["a","b","c"]`,
		dense + row3 + "y = PRelu(d, r)",
		dense + row3 + "y = Mul(d, r)",
		dense + "e = Relu(d)\nf = Tanh(x)\ny = Concat(d, e, f, d) axis=1",
		dense + "e = Relu(d)\nf = MatMul(x, w)\ny = Add(e, f)",
		column + "s = Squeeze(d) axes=[1]\nr = Sigmoid(s)\ny = Unsqueeze(r) axes=[1]",
		"tensor v double[4,3] 0.1\nu = Cast(v) to=10\nw = Cast(u) to=11\ny = MatMul(x, w)",
		"input x double[N,4]\ntensor w double[4,3] 900\ntensor b double[3] 0\nd = Gemm(x, w, b)\ny = Exp(d)", // answers beyond all numbers
		"input x double[N,2,2]\ntensor s int64[2] -1 4\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)",
		"output label int64[N]\noutput probabilities float[N,3]\n" + sklearnThree + "probabilities = Identity(out_activations_result)\n" + sklearnLabels,
	} {
		f.Add(parse(text).encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		net, err := Import(bytes.NewReader(data))
		if err != nil {
			return
		}
		inputs, _ := net.Layers()[0].Dims()
		x := mat.NewDense(2, inputs, nil)
		x.Apply(func(i, j int, _ float64) float64 { return float64(i) - float64(j%3)/2 }, x)
		want, refused := answer(net, x)
		if refused != nil && !refuses(refused) {
			t.Fatal(refused)
		}
		var file bytes.Buffer
		if err := Export(&file, net, Float64); err != nil {
			return // a parameter beyond float32
		}
		back, err := Import(&file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := answer(back, x)
		if refused != nil {
			if !refuses(err) {
				t.Errorf("the network answers %v, its export %v, %v", refused, got, err)
			}
			return
		}
		if err != nil || !mat.Equal(got, want) {
			t.Errorf("the export gives %v, %v, want %v", got, err, want)
		}
	})
}

// refuses reports whether err says that there is no answer to x: it is beyond all
// numbers, or x has a number that is no code.
func refuses(err error) bool {
	_, input := errors.AsType[*mlp.InputError](err)
	return input || errors.Is(err, mlp.ErrNotFinite)
}

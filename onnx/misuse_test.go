package onnx_test

import (
	"io"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/onnx"
)

type nilLoss struct{ mlp.Loss }

// Calls that are mistakes return an error and do not panic.
func TestMisuse(t *testing.T) {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	read := func(r io.Reader, opts ...onnx.ImportOptions) func() error {
		return func() error { _, err := onnx.Import(r, opts...); return err }
	}
	write := func(w io.Writer, net mlp.Network, p onnx.Precision) func() error {
		return func() error { return onnx.Export(w, net, p) }
	}
	var file strings.Builder
	if err := onnx.Export(&file, net, onnx.Float32); err != nil {
		t.Fatal(err)
	}
	softmax, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 2, mlp.Softmax)}, mlp.CategoricalCrossEntropy, mlp.WithClasses("a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	var classifier strings.Builder
	if err := onnx.Export(&classifier, softmax, onnx.Float32); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct {
		name string
		call func() error
		want string
	}{
		{"Import nil", read(nil), "onnx: Import: the reader is nil"},
		{"Import nothing", read(strings.NewReader("")), "onnx: Import: the file has no graph: it is no ONNX model"},
		{"Import fails", read(testkit.Failing{}), "onnx: Import: full"},
		{"Import of a cut file", read(strings.NewReader(file.String()[:file.Len()/2])), "onnx: Import: no ONNX model: the file is cut off or damaged"},
		{"Import with a nil option of Model", read(strings.NewReader(file.String()), onnx.ImportOptions{Model: []mlp.ModelOption{nil}}), "onnx: Import: mlp: Model: option 0 is nil"},
		{"Import with a nil loss", read(strings.NewReader(classifier.String()), onnx.ImportOptions{Loss: (*nilLoss)(nil)}), "onnx: Import: ImportOptions.Loss is a nil *onnx_test.nilLoss"},
		{"Export to nil", write(nil, net, onnx.Float32), "onnx: Export: the writer is nil"},
		{"Export full", write(testkit.Failing{}, net, onnx.Float64), "onnx: Export: full"},
		{"Export nil", write(io.Discard, nil, onnx.Float32), "onnx: Export: the network is nil or has no layers"},
		{"Export a nil pointer", write(io.Discard, (*mlp.Classifier)(nil), onnx.Float32), "onnx: Export: the network is nil or has no layers"},
		{"Export to a nil buffer", write((*strings.Builder)(nil), net, onnx.Float32), "onnx: Export: the writer is nil"},
		{"Import of a nil file", read((*strings.Reader)(nil)), "onnx: Import: the reader is nil"},
		{"Export a zero network", write(io.Discard, &mlp.Classifier{}, onnx.Float32), "onnx: Export: the network is nil or has no layers"},
		{"Export a zero regressor", write(io.Discard, &mlp.Regressor{}, onnx.Float64), "onnx: Export: the network is nil or has no layers"},
		{"Export precision", write(io.Discard, net, onnx.Precision(7)), "onnx: Export: unknown precision Precision(7)"},
	} {
		if err := testkit.Attempt(m.call); err == nil || err.Error() != m.want {
			t.Errorf("%s:\ngot  %v\nwant %s", m.name, err, m.want)
		}
	}
}

// While the weights change, nothing is written; a callback may export.
func TestExportInTraining(t *testing.T) {
	testkit.CheckWriteInTraining(t, func(net mlp.Network) error {
		return onnx.Export(io.Discard, net, onnx.Float64)
	}, "onnx: Export: the network is in training already")
}

package interop_test

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
	"example.com/mlp/interop"
)

// Invalid calls return an error and do not panic.
func TestMisuse(t *testing.T) {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	zero, none := &mlp.Regressor{}, (*mlp.Regressor)(nil)
	for _, m := range []struct {
		name string
		call func() error
		want string
	}{
		{"ReadPyTorch nil reader", func() error { return interop.ReadPyTorch(nil, net) }, "interop: ReadPyTorch: the reader is nil"},
		{"ReadPyTorch nil network", func() error { return interop.ReadPyTorch(strings.NewReader(""), nil) }, "interop: ReadPyTorch: the network is nil"},
		{"ReadPyTorch zero network", func() error { return interop.ReadPyTorch(strings.NewReader(""), zero) }, "interop: ReadPyTorch: the network has no layers"},
		{"ReadPyTorch nil pointer", func() error { return interop.ReadPyTorch(strings.NewReader(""), none) }, "interop: ReadPyTorch: the network is nil"},
		{"ReadPyTorch nil file", func() error { return interop.ReadPyTorch((*strings.Reader)(nil), net) }, "interop: ReadPyTorch: the reader is nil"},
		{"ReadPyTorch nothing", func() error { return interop.ReadPyTorch(strings.NewReader(""), net) }, "interop: ReadPyTorch: length of the header: unexpected EOF"},
		{"ReadPyTorch fails", func() error { return interop.ReadPyTorch(testkit.Failing{}, net) }, "interop: ReadPyTorch: length of the header: full"},
		{"ReadScikitLearn nil", func() error { return interop.ReadScikitLearn(nil, net) }, "interop: ReadScikitLearn: the file system is nil"},
		{"ReadScikitLearn nothing", func() error { return interop.ReadScikitLearn(fstest.MapFS{}, net) }, "interop: ReadScikitLearn: arrays [] for 1 layers, want a weight and a bias for each"},
		{"ReadScikitLearn nil network", func() error { return interop.ReadScikitLearn(fstest.MapFS{}, nil) }, "interop: ReadScikitLearn: the network is nil"},
		{"ReadScikitLearn nil pointer", func() error { return interop.ReadScikitLearn(fstest.MapFS{}, none) }, "interop: ReadScikitLearn: the network is nil"},
		{"ReadScikitLearn zero network", func() error { return interop.ReadScikitLearn(fstest.MapFS{}, zero) }, "interop: ReadScikitLearn: the network has no layers"},
		{"WritePyTorch nil writer", func() error { return interop.WritePyTorch(nil, net) }, "interop: WritePyTorch: the writer is nil"},
		{"WritePyTorch nil buffer", func() error { return interop.WritePyTorch((*strings.Builder)(nil), net) }, "interop: WritePyTorch: the writer is nil"},
		{"WritePyTorch nil pointer", func() error { return interop.WritePyTorch(io.Discard, none) }, "interop: WritePyTorch: the network is nil"},
		{"WritePyTorch full", func() error { return interop.WritePyTorch(testkit.Failing{}, net) }, "interop: WritePyTorch: full"},
		{"WritePyTorch zero network", func() error { return interop.WritePyTorch(io.Discard, zero) }, "interop: WritePyTorch: the network has no layers"},
		{"WriteScikitLearn nil writer", func() error { return interop.WriteScikitLearn(nil, net) }, "interop: WriteScikitLearn: the writer is nil"},
		{"WriteScikitLearn nil pointer", func() error { return interop.WriteScikitLearn(io.Discard, none) }, "interop: WriteScikitLearn: the network is nil"},
		{"WriteScikitLearn full", func() error { return interop.WriteScikitLearn(testkit.Failing{}, net) }, "interop: WriteScikitLearn: full"},
		{"WriteScikitLearn nil network", func() error { return interop.WriteScikitLearn(io.Discard, nil) }, "interop: WriteScikitLearn: the network is nil"},
		{"WriteScikitLearn zero network", func() error { return interop.WriteScikitLearn(io.Discard, zero) }, "interop: WriteScikitLearn: the network has no layers"},
	} {
		if err := testkit.Attempt(m.call); err == nil || err.Error() != m.want {
			t.Errorf("%s:\ngot  %v\nwant %s", m.name, err, m.want)
		}
	}
}

// Loading a PyTorch state dict as a network returns an error that names the
// function to read it.
func TestLoadOfStateDicts(t *testing.T) {
	const file = "testdata/sequential_f64.safetensors"
	_, err := mlp.LoadFile(file)
	want := "mlp: LoadFile: " + file + `: metadata format is "pt", want "mlp": the file was not written by Save; a state dict of PyTorch is read into a network by interop.ReadPyTorch`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// While the weights change, nothing is written; a callback may write.
func TestWriteInTraining(t *testing.T) {
	testkit.CheckWriteInTraining(t, func(net mlp.Network) error {
		return interop.WritePyTorch(io.Discard, net)
	}, "interop: WritePyTorch: the network is in training already")
}

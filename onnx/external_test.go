package onnx

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/encoding/protowire"

	"example.com/mlp/internal/testkit"
)

// externalModel returns x·w with the weights, a column of 4 numbers, in the file
// that the entries say: pairs of keys and values.
func externalModel(entries ...string) []byte {
	return withTensors("y = MatMul(x, w)", externalTensor("w", []byte{4, 1}, entries...))
}

// externalTensor returns a tensor of float32 with data in another file.
func externalTensor(name string, dims []byte, entries ...string) []byte {
	t := appendText(appendInt(appendMessage(nil, 1, dims), 2, int64(typeFloat)), 8, name)
	for i := 0; i < len(entries); i += 2 {
		t = appendMessage(t, 13, appendText(appendText(nil, 1, entries[i]), 2, entries[i+1]))
	}
	return appendInt(t, 14, 1)
}

// withTensors returns the model that the text describes, with more tensors.
func withTensors(text string, tensors ...[]byte) []byte {
	m := parse("input x float[N,4]\n" + text)
	graph := m.graph.encode()
	for _, t := range tensors {
		graph = appendMessage(graph, 5, t)
	}
	return append(appendMessage(nil, 7, graph), appendMessage(nil, 8, appendInt(nil, 2, 13))...)
}

// someData returns a file of 100 numbers, 0, 1, 2 and so on.
func someData() []byte {
	var b []byte
	for i := range 100 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(i)))
	}
	return b
}

func TestExternalData(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range []string{"w.bin", "sub/w.bin"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(someData()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	zipped, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{"w.bin": {Data: someData()}, "sub/w.bin": {Data: someData()}}
	for _, c := range []struct {
		file  []byte
		first float64
	}{
		{externalModel("location", "w.bin", "offset", "8", "length", "16"), 2},
		{externalModel("location", "w.bin", "offset", "384", "length", "16"), 96},
		{externalModel("location", "sub/w.bin", "offset", "8"), 2},
		{externalModel("location", "./w.bin", "checksum", "a1b2"), 0},
	} {
		for _, fsys := range []fs.FS{folder, zipped} {
			net, err := Import(bytes.NewReader(c.file), ImportOptions{Data: fsys})
			if err != nil {
				t.Fatal(err)
			}
			w := net.Layers()[0].Params()[0].Value
			for i := range 4 {
				if got := w.At(i, 0); got != c.first+float64(i) {
					t.Errorf("weight %d is %g, want %g", i, got, c.first+float64(i))
				}
			}
		}
	}

	// Two tensors of one file, and one in an attribute.
	constant := appendMessage(appendText(nil, 1, "value"), 5, externalTensor("", []byte{1}, "location", "w.bin", "offset", "40"))
	m := parse("input x float[N,4]\nd = Gemm(x, w, b)\ny = Add(d, c)")
	node := appendMessage(appendText(appendText(nil, 2, "c"), 4, "Constant"), 5, appendInt(constant, 20, int64(attrTensor)))
	graph := append(appendMessage(nil, 1, node), m.graph.encode()...)
	graph = appendMessage(graph, 5, externalTensor("w", []byte{4, 1}, "location", "w.bin", "length", "16"))
	graph = appendMessage(graph, 5, externalTensor("b", []byte{1}, "location", "w.bin", "offset", "20"))
	file := append(appendMessage(nil, 7, graph), appendMessage(nil, 8, appendInt(nil, 2, 13))...)
	net, err := Import(bytes.NewReader(file), ImportOptions{Data: folder})
	if err != nil {
		t.Fatal(err)
	}
	if y := forward(t, net, samples(1, 4)); arch(net) != "dense(4,1,identity) normalization" || net.Layers()[0].Params()[1].Value.At(0, 0) != 5 {
		t.Errorf("got %s, %v", arch(net), y)
	}
}

func TestRefusedExternalData(t *testing.T) {
	folder := fstest.MapFS{"w.bin": {Data: someData()}, "folder/x": {}, "pipe": {Mode: fs.ModeNamedPipe}}
	both := appendMessage(externalTensor("w", []byte{4, 1}, "location", "w.bin"), 9, make([]byte, 16))
	negative := protowire.AppendVarint(nil, math.MaxUint64)
	for _, c := range []struct {
		file []byte
		fsys fs.FS
		want string
	}{
		{externalModel("location", "w.bin"), nil, `they are in the file "w.bin": see ImportOptions.Data and ImportFile`},
		{externalModel("location", "w.bin"), fstest.MapFS(nil), `"w.bin": file does not exist`},
		{externalModel("location", "v.bin"), folder, `"v.bin": file does not exist`},
		{externalModel(), folder, `the path "" does not lead to a file beside the model`},
		{externalModel("location", "../w.bin"), folder, `the path "../w.bin" does not lead to a file beside the model`},
		{externalModel("location", "folder/../w.bin"), folder, `the path "folder/../w.bin" does not lead to a file beside the model`},
		{externalModel("location", "/etc/passwd"), folder, `the path "/etc/passwd" does not lead to a file beside the model`},
		{externalModel("location", ".//etc/passwd"), folder, `the path ".//etc/passwd" does not lead to a file beside the model`},
		{externalModel("location", "."), folder, `the path "." does not lead to a file beside the model`},
		{externalModel("location", "folder"), folder, `"folder" is not a regular file`},
		{externalModel("location", "pipe"), folder, `"pipe" is not a regular file`},
		{externalModel("location", "w.bin", "offset", "-4"), folder, `offset "-4" is no number of bytes`},
		{externalModel("location", "w.bin", "offset", "1e2"), folder, `offset "1e2" is no number of bytes`},
		{externalModel("location", "w.bin", "length", "99999999999999999999"), folder, `length "99999999999999999999" is no number of bytes`},
		{externalModel("location", "w.bin", "length", "12"), folder, `12 bytes for the shape [4 1] of float32, want 16`},
		{externalModel("location", "w.bin", "offset", "388"), folder, `"w.bin" has 400 bytes, want 16 from 388 on`},
		{externalModel("location", "w.bin", "offset", "9223372036854775807"), folder, `"w.bin" has 400 bytes, want 16 from 9223372036854775807 on`},
		{withTensors("y = MatMul(x, w)", externalTensor("w", protowire.AppendVarint([]byte{4}, 1<<61), "location", "w.bin")), folder, `shape [4 2305843009213693952]`},
		{withTensors("y = MatMul(x, w)", externalTensor("w", append([]byte{4}, negative...), "location", "w.bin")), folder, `shape [4 -1]`},
		{withTensors("y = MatMul(x, w)", externalTensor("w", []byte{100}, "location", "w.bin"), externalTensor("w", []byte{1}, "location", "./w.bin")), folder, `the tensors have more bytes of "w.bin" than there are`},
		{withTensors("y = MatMul(x, w)", both), folder, `there are data in the model itself as well`},
		{withTensors("y = MatMul(x, w)", appendInt(externalTensor("w", []byte{4, 1}, "location", "w.bin"), 2, 8)), folder, `elements of string are not supported`},
	} {
		_, err := Import(bytes.NewReader(c.file), ImportOptions{Data: c.fsys})
		if want := `onnx: Import: tensor "w": external data: ` + c.want; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	_, err := Import(bytes.NewReader(externalModel("location", strings.Repeat("x", 1<<16))), ImportOptions{Data: folder})
	if !errors.Is(err, fs.ErrNotExist) || len(err.Error()) > 600 {
		t.Errorf("a long path: %.300v", err)
	}
	for _, err := range []error{io.ErrUnexpectedEOF, io.ErrNoProgress} {
		if _, got := Import(bytes.NewReader(externalModel("location", "w.bin", "offset", "4")), ImportOptions{Data: failing{folder, err}}); got == nil || !strings.HasSuffix(got.Error(), err.Error()) {
			t.Errorf("got %v, want %v", got, err)
		}
	}
}

// failing has files of which reading gives an error.
type failing struct {
	fs.FS
	err error
}

type failingFile struct {
	fs.File
	err error
}

func (f failing) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	return failingFile{file, f.err}, err
}

func (f failingFile) Read([]byte) (int, error) { return 0, f.err }

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	net := varied(t, "", "", networks(t)[0].Layers()...)
	name := filepath.Join(folder, "net.onnx")
	if err := ExportFile(name, net.Network, Float64); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() (any, error){
		"ImportFile": func() (any, error) { n, err := ImportFile(name); return n, err },
		"ImportFS":   func() (any, error) { n, err := ImportFS(os.DirFS(folder), "net.onnx"); return n, err },
	} {
		if _, err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if net, err := ImportFS(os.DirFS("testdata"), "cases/two_files.onnx"); err != nil || arch(net) != "dense(4,8,relu) dense(8,1,identity)" {
		t.Errorf("two files: %v", err)
	}

	// A link that leads out of the folder of the model.
	inner := filepath.Join(folder, "inner")
	if err := os.Mkdir(inner, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "w.bin"), someData(), 0o666); err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(inner, "m.onnx")
	if err := os.WriteFile(model, externalModel("location", "link.bin"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", "w.bin"), filepath.Join(inner, "link.bin")); err != nil {
		t.Skip("no symbolic link can be made here: ", err)
	}
	if _, err := ImportFile(model); err == nil || !strings.Contains(err.Error(), "path escapes from parent") {
		t.Errorf("a link out of the folder: %v", err)
	}
	if _, err := ImportFile(model, ImportOptions{Data: os.DirFS(inner)}); err != nil {
		t.Error(err)
	}
}

func TestMisuseOfFiles(t *testing.T) {
	folder := t.TempDir()
	there := filepath.Join(folder, "there.onnx")
	if err := os.WriteFile(there, []byte("hello"), 0o666); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(folder, "no", "x.onnx")
	net := networks(t)[0].Network
	for _, c := range []struct {
		call func() error
		want string
	}{
		{func() error { _, err := ImportFile(nowhere); return err }, "onnx: ImportFile: open " + nowhere},
		{func() error { _, err := ImportFile(there); return err }, "onnx: ImportFile: " + there + ": no ONNX model"},
		{func() error { _, err := ImportFS(nil, "x"); return err }, "onnx: ImportFS: the file system is nil"},
		{func() error { _, err := ImportFS(os.DirFS(folder), "../x"); return err }, "onnx: ImportFS: open ../x: invalid"},
		{func() error { _, err := ImportFS(os.DirFS(folder), "x"); return err }, "onnx: ImportFS: open x"},
		{func() error {
			_, err := ImportFS(os.DirFS(folder), "there.onnx", ImportOptions{}, ImportOptions{})
			return err
		}, "onnx: ImportFS: there.onnx: 2 ImportOptions, want at most one"},
		{func() error { return ExportFile(nowhere, net, Float32) }, "onnx: ExportFile: open " + nowhere},
		{func() error { return ExportFile(there, nil, Float32) }, "onnx: ExportFile: the network is nil or has no layers"},
	} {
		if err := testkit.Attempt(c.call); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s...", err, c.want)
		}
	}
	if text, err := os.ReadFile(there); string(text) != "hello" {
		t.Errorf("a failed export has left %q, %v", text, err)
	}
}

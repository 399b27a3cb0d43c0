package mlp_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// altering is altered that leaves the digest.
func altering(t testing.TB, file []byte, change func(f *safetensors.File)) []byte {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The digest is that of its description.
func TestDigest(t *testing.T) {
	metadata := map[string]string{"b": "ä", "a": "", "mlp.digest": "x", "library_version": "1"}
	tensors := []safetensors.Tensor{
		safetensors.Float64Tensor("w", []float64{1, -2}, 1, 2),
		{Name: "v", DType: "U8", Shape: []int{}, Data: []byte{7}},
	}
	// In Python: hashlib.sha256(b"".join(len(s).to_bytes(8, "little") + s if
	// isinstance(s, bytes) else s.to_bytes(8, "little") for s in parts)), where
	// parts are b"a", b"", b"b", "ä".encode(), b"v", b"U8", 0, b"\x07", b"w",
	// b"F64", 2, 1, 2 and struct.pack("<2d", 1, -2).
	const want = "d4bbeae890fe13b643124098aa8de8fd101587ad74bd0e312c355f97855122ea"
	if got := mlp.Digest(metadata, tensors); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tensors[0], tensors[1] = tensors[1], tensors[0]
	if got := mlp.Digest(metadata, tensors); got != want {
		t.Error("the order of the tensors counts")
	}
}

// Every change of what a file has is noticed, also where the file would make
// sense.
func TestLoadOfDamage(t *testing.T) {
	net := binaryNet(t, mlp.WithClasses("no", "yes"))
	setMetadata(t, net, "author", "somebody")
	file := saved(t, net)
	tensor := func(f *safetensors.File, i int) *safetensors.Tensor { return &f.Tensors[i] }
	for name, change := range map[string]func(f *safetensors.File){
		"a bit of a weight":  func(f *safetensors.File) { tensor(f, 0).Data[3] ^= 1 },
		"the sign of a bias": func(f *safetensors.File) { tensor(f, 1).Data[7] ^= 0x80 },
		"another threshold":  func(f *safetensors.File) { f.Metadata["threshold"] = "0.4" },
		"another class":      func(f *safetensors.File) { f.Metadata["classes"] = `["no","yet"]` },
		"no classes":         func(f *safetensors.File) { delete(f.Metadata, "classes") },
		"another seed":       func(f *safetensors.File) { f.Metadata["seed"] += "1" },
		"another activation": func(f *safetensors.File) {
			f.Metadata["layers"] = strings.Replace(f.Metadata["layers"], "tanh", "relu", 1)
		},
		"another author": func(f *safetensors.File) { f.Metadata["author"] = "somebody else" },
		"a text more":    func(f *safetensors.File) { f.Metadata["date"] = "today" },
		"a tensor more": func(f *safetensors.File) {
			f.Tensors = append(f.Tensors, safetensors.Float64Tensor("training.x", nil, 0))
		},
		"names that are swapped": func(f *safetensors.File) {
			f.Tensors[0].Name, f.Tensors[1].Name = f.Tensors[1].Name, f.Tensors[0].Name
		},
		"another shape":  func(f *safetensors.File) { s := tensor(f, 0).Shape; s[0], s[1] = s[1], s[0] },
		"another digest": func(f *safetensors.File) { f.Metadata["mlp.digest"] = strings.Repeat("0", 1000) },
		"no digest":      func(f *safetensors.File) { f.Metadata["mlp.digest"] = "" },
	} {
		_, err := mlp.Load(bytes.NewReader(altering(t, file, change)))
		if err == nil || !strings.Contains(err.Error(), " metadata mlp.digest is ") || len(err.Error()) > 500 {
			t.Errorf("%s: %.1000v", name, err)
		}
	}
	// What makes no sense comes first.
	_, err := mlp.Load(bytes.NewReader(altering(t, file, func(f *safetensors.File) {
		f.Metadata["layers"] = strings.Replace(f.Metadata["layers"], `"kind":`, `"Kind":"dropout","kind":`, 1)
	})))
	if want := `mlp: Load: metadata layers: unknown field "Kind"; metadata mlp.digest is "`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	for name, change := range map[string]func(f *safetensors.File){
		"nothing":               func(*safetensors.File) {},
		"the order of the data": func(f *safetensors.File) { f.Tensors[0], f.Tensors[1] = f.Tensors[1], f.Tensors[0] },
		"the library":           func(f *safetensors.File) { f.Metadata["library_version"] = "v9.9.9" },
		"an older library":      func(f *safetensors.File) { delete(f.Metadata, "mlp.digest") },
		"threshold and digest": func(f *safetensors.File) {
			f.Metadata["threshold"] = "0.4"
			delete(f.Metadata, "mlp.digest")
		},
	} {
		if _, err := mlp.Load(bytes.NewReader(altering(t, file, change))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The digest of a checkpoint is also that of the state of the run.
func TestLoadCheckpointOfDamage(t *testing.T) {
	x, _, _, numbers := samples(60)
	path := filepath.Join(t.TempDir(), "run")
	net, opts := checkpointed(t, path)
	fit(t, net, x, numbers, opts)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f *safetensors.File){
		"a slot":   func(f *safetensors.File) { tensor(f, "training.layers.0.weight.slot0").Data[0] ^= 1 },
		"an epoch": func(f *safetensors.File) { tensor(f, "training.epochs").Data[8] ^= 1 },
		"the run": func(f *safetensors.File) {
			f.Metadata["training.run"] = strings.Replace(f.Metadata["training.run"], `"steps":`, `"steps":1`, 1)
		},
	} {
		if _, _, err := mlp.ReadCheckpoint(bytes.NewReader(altering(t, file, change))); err == nil || !strings.HasPrefix(err.Error(), "metadata mlp.digest is ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

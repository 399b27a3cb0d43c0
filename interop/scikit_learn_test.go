package interop_test

import (
	"archive/zip"
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mlp"
	"example.com/mlp/internal/npy"
	"example.com/mlp/interop"
)

// skClassifier returns the network of classifier.npz, skRegressor that of
// regressor.npz.
func skClassifier(t testing.TB) mlp.Network {
	return model(t, mlp.CategoricalCrossEntropy, mlp.NewNormalization(4), mlp.Dense(4, 7, mlp.Tanh), mlp.Dense(7, 5, mlp.Tanh), mlp.Dense(5, 3, mlp.Softmax))
}

func skRegressor(t testing.TB) mlp.Network {
	return model(t, mlp.MeanSquaredError, mlp.Dense(4, 7, mlp.ReLU), mlp.Dropout(7, 0.1), mlp.Dense(7, 2, mlp.Identity))
}

func readScikitLearn(b []byte, net mlp.Network) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	return interop.ReadScikitLearn(z, net)
}

func TestReadScikitLearn(t *testing.T) {
	for name, net := range map[string]mlp.Network{"classifier": skClassifier(t), "regressor": skRegressor(t)} {
		if err := readScikitLearn(readFile(t, name+".npz"), net); err != nil {
			t.Fatal(err)
		}
		checkAnswers(t, net, name+".json", 1e-12)
	}
}

// npyFile returns a file .npy.
func npyFile(t *testing.T, values []float64, shape ...int) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, values, shape...); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func TestReadScikitLearnFolder(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
	err := interop.ReadScikitLearn(fstest.MapFS{
		"coefs_0.npy":      npyFile(t, []float64{1, 2}, 2, 1),
		"intercepts_0.npy": npyFile(t, []float64{3}, 1),
		"README":           &fstest.MapFile{},
	}, net)
	if err != nil || !slices.Equal(weights(net), []float64{1, 2, 3}) {
		t.Errorf("got %v, %v", weights(net), err)
	}
}

func TestReadScikitLearnRefuses(t *testing.T) {
	w, b := npyFile(t, []float64{1, 2}, 2, 1), npyFile(t, []float64{3}, 1)
	for want, files := range map[string]fstest.MapFS{
		`arrays ["coefs_0"] for 1 layers, want a weight and a bias for each`: {"coefs_0.npy": w},
		`layer 0: open intercepts_0.npy: file does not exist`:                {"coefs_0.npy": w, "intercepts_1.npy": b},
		`layer 0: array "coefs_0": shape [1 2], want [2 1]`:                  {"coefs_0.npy": npyFile(t, []float64{1, 2}, 1, 2), "intercepts_0.npy": b},
		`layer 0: array "intercepts_0": shape [1 1], want [1]`:               {"coefs_0.npy": w, "intercepts_0.npy": npyFile(t, []float64{1}, 1, 1)},
		`layer 0: array "intercepts_0": entry 0 is +Inf: not finite`:         {"coefs_0.npy": w, "intercepts_0.npy": npyFile(t, []float64{math.Inf(1)}, 1)},
		`layer 0: array "intercepts_0": header: unexpected EOF`:              {"coefs_0.npy": w, "intercepts_0.npy": &fstest.MapFile{}},
		`layer 0: open arr_1.npy: file does not exist`:                       {"arr_0.npy": w, "intercepts_0.npy": b},
	} {
		net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
		before := weights(net)
		if err := interop.ReadScikitLearn(files, net); err == nil || err.Error() != "interop: ReadScikitLearn: "+want {
			t.Errorf("got %v\nwant interop: ReadScikitLearn: %s", err, want)
		}
		if !slices.Equal(weights(net), before) {
			t.Error("weights have changed")
		}
	}

	// A file twice in a .npz: which one counts?
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for name, f := range map[string]*fstest.MapFile{"coefs_0.npy": w, "intercepts_0.npy": b} {
		for range 2 {
			entry, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := entry.Write(f.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.MeanSquaredError, mlp.Dense(2, 1, mlp.Identity))
	if err := readScikitLearn(file.Bytes(), net); err == nil || !strings.Contains(err.Error(), "duplicate") {
		t.Errorf("got %v", err)
	}
}

// Whatever a file contains, reading it does not panic and changes all or
// nothing.
func FuzzReadScikitLearn(f *testing.F) {
	f.Add(readFile(f, "classifier.npz"))
	f.Add(readFile(f, "regressor.npz"))
	net := skClassifier(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := weights(net)
		if err := readScikitLearn(b, net); err != nil && !slices.Equal(weights(net), before) {
			t.Error("weights have changed")
		}
	})
}

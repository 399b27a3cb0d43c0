package onnx

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// ONNX Runtime gives for every exported network what the network gives. It is
// run by Node.js, from the npm package onnxruntime-web:
//
//	npm ci --ignore-scripts --prefix onnx/testdata/runtime
//	go test -v -run ONNXRuntime ./onnx
func TestONNXRuntime(t *testing.T) {
	const script = "testdata/runtime"
	if _, err := os.Stat(filepath.Join(script, "node_modules", "onnxruntime-web")); err != nil {
		t.Skip("ONNX Runtime is not installed: npm ci --ignore-scripts --prefix onnx/testdata/runtime")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed: ", err)
	}
	nets := append(networks(t), trained(t)...)
	want := make(map[string]*mat.Dense)
	folder := t.TempDir()
	for i, net := range nets {
		x := net.x
		var rows [][]float64
		for i := range x.RawMatrix().Rows {
			for j, v := range x.RawRowView(i) { // the runtime gets float32
				x.Set(i, j, float64(float32(v)))
			}
			rows = append(rows, x.RawRowView(i))
		}
		data, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%03d", i)
		want[name] = forward(t, net, x)
		if err := os.WriteFile(filepath.Join(folder, name+".json"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".onnx"), exported(t, net, Float32), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	cmd := exec.Command(node, filepath.Join(script, "run.mjs"), folder)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	worst, name := 0.0, ""
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var r struct {
			Name, Error string
			Output      [][]float64
		}
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		var i int
		fmt.Sscanf(r.Name, "%d", &i)
		if r.Error != "" {
			t.Errorf("%s: %s", nets[i].name, r.Error)
			continue
		}
		y := mat.NewDense(len(r.Output), len(r.Output[0]), nil)
		for i, row := range r.Output {
			y.SetRow(i, row)
		}
		d := distance(t, y, want[r.Name])
		if !(d <= 1e-6) {
			t.Errorf("%s: the outputs differ by %g", nets[i].name, d)
		}
		if d > worst {
			worst, name = d, nets[i].name
		}
		delete(want, r.Name)
	}
	if len(want) > 0 {
		t.Errorf("no output of %d networks\n%s", len(want), &stderr)
	}
	t.Logf("%d networks, the largest difference is %.2g (%s)", len(nets), worst, name)
}

// trained returns networks that have learnt data sets.
func trained(t *testing.T) []network {
	t.Helper()
	var all []network
	for _, c := range []struct {
		file   string
		target dataset.Target
		loss   mlp.Loss
		last   mlp.Activation
	}{
		{"iris", dataset.Classes("species"), mlp.CategoricalCrossEntropy, mlp.Softmax},
		{"breast_cancer", dataset.Binary("diagnosis", "malignant"), mlp.BinaryCrossEntropy, mlp.Sigmoid},
		{"diabetes", dataset.Numbers("progression"), mlp.MeanSquaredError, mlp.Identity},
	} {
		file, err := os.ReadFile("../testdata/data/" + c.file + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		data, err := dataset.ReadCSV(strings.NewReader(string(file)), c.target)
		if err != nil {
			t.Fatal(err)
		}
		norm := mlp.NewNormalization(len(data.Features))
		if err := norm.Adapt(data.X); err != nil {
			t.Fatal(err)
		}
		_, units := data.Y.Dims()
		net, err := mlp.Model([]mlp.Layer{
			norm, mlp.Dense(len(data.Features), 16, mlp.ReLU), mlp.Dense(16, units, c.last),
		}, c.loss, mlp.WithSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := net.Fit(context.Background(), data.X, data.Y, mlp.FitOptions{Epochs: 20}); err != nil {
			t.Fatal(err)
		}
		all = append(all, network{net, c.file, "", data.X})
	}
	return all
}

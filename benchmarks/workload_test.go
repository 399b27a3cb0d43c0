package main

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// writeData writes the data of W1 to a folder of its own.
func writeData(t *testing.T) {
	t.Helper()
	t.Setenv("BENCH_DATA", t.TempDir())
	iris := table{csv: "iris.csv", target: dataset.Classes("species"), name: "iris"}
	if err := iris.prepare(filepath.Join("..", "testdata", "data"), newRandomState(0)); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	w := w1(t, mlp.Float64)
	for i, inputs := range w.sizes[:len(w.sizes)-1] {
		weights := make([]float64, inputs*w.sizes[i+1])
		for j := range weights {
			weights[j] = rng.NormFloat64()
		}
		if err := writeFloats(w.weightFile(i), weights); err != nil {
			t.Fatal(err)
		}
	}
}

// w1 returns the workload W1, shortened.
func w1(t *testing.T, p mlp.Precision) *workload {
	t.Helper()
	w, err := workloadOf("W1")
	if err != nil {
		t.Fatal(err)
	}
	w.use, w.epochs = use{precision: p}, 3
	return w
}

// TestPrecision checks that a workload in single precision trains the same
// network as in double precision, but with other rounding.
func TestPrecision(t *testing.T) {
	writeData(t)
	losses := map[mlp.Precision]float64{}
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		w := w1(t, p)
		net, err := w.network()
		if err != nil {
			t.Fatal(err)
		}
		if got := net.(interface{ Precision() mlp.Precision }).Precision(); got != p {
			t.Errorf("%v: the network has the precision %v", p, got)
		}
		f, err := w.train()
		if err != nil {
			t.Fatal(err)
		}
		losses[p] = f[finalLoss]
	}
	if d := math.Abs(losses[mlp.Float32] - losses[mlp.Float64]); d == 0 || d > 1e-5 {
		t.Errorf("the losses are %v", losses)
	}
}

// TestTable checks that W7 trains and predicts what is prepared for it.
func TestTable(t *testing.T) {
	t.Setenv("BENCH_DATA", t.TempDir())
	if err := prepareTable(newRandomState(0)); err != nil {
		t.Fatal(err)
	}
	w, err := workloadOf("W7")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		w.precision = p
		x, y, err := w.load("train")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.warmUp(x, y); err != nil {
			t.Error(err)
		}
		if f, err := w.latency(); err != nil || !(f["us_per_predict"] > 0) {
			t.Errorf("%v: got %v, %v", p, f, err)
		}
	}
}

func TestLatency(t *testing.T) {
	writeData(t)
	for _, name := range []string{"", "float32", "frozen", "float32 frozen"} {
		u, _ := useOf(strings.Fields(name))
		f, err := measure("P1-W1", u)
		if err != nil || !(f["us_per_predict"] > 0) {
			t.Errorf("%q: got %v, %v", name, f, err)
		}
	}
}

func TestWorkloadOfReturnsCopies(t *testing.T) {
	w1(t, mlp.Float32)
	if w, err := workloadOf("W1"); err != nil || w.precision != mlp.Float64 || w.epochs != 1000 {
		t.Errorf("got %+v, %v", w, err)
	}
}

func TestRunWrongArguments(t *testing.T) {
	for _, args := range [][]string{
		{},
		{"W1", "float64"},
		{"W1", "float32", "float32"},
		{"float32", "W1"},
		{"W1", "frozen"},
		{"P1-W1", "frozen", "float32"},
		{"P2-W3", "float32", "frozen"},
		{"P3-W1"},
		{"cores", "0"},
		{"report", "float32"},
		{"first", "float32"},
		{"start", "mlp"},
		{"prep"},
	} {
		if err := run(args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

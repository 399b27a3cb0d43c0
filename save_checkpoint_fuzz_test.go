package mlp_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// Whatever is in the file of a checkpoint, it is refused, there or by Fit, or
// the run goes on.
func FuzzLoadCheckpoint(f *testing.F) {
	x, _, _, numbers := samples(20)
	path := filepath.Join(f.TempDir(), "run")
	net := model(f, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.BatchNorm(4), mlp.Dense(4, 2, mlp.Identity))
	opts := func() mlp.FitOptions {
		return mlp.FitOptions{Epochs: 2, Seed: 3, BatchSize: 7, Optimizer: mlp.Adam{}, Schedule: &mlp.ReduceOnPlateau{}, Callbacks: []mlp.Callback{&mlp.EarlyStopping{}}}
	}
	first := opts()
	first.Callbacks = append(first.Callbacks, &mlp.Checkpoint{Path: path})
	fit(f, net, x, numbers, first)
	file, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(altering(f, file, func(f *safetensors.File) { delete(f.Metadata, "mlp.digest") }))
	within := opts()
	within.Callbacks = append(within.Callbacks, &mlp.Checkpoint{Path: path, Steps: 2}, onBatch(func(b *mlp.Batch) error {
		if b.Epoch == 2 && b.Step == 3 {
			return mlp.ErrStop
		}
		return nil
	}))
	fit(f, net, x, numbers, within)
	if file, err = os.ReadFile(path); err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(altering(f, file, func(f *safetensors.File) { delete(f.Metadata, "mlp.digest") }))
	f.Fuzz(func(t *testing.T, b []byte) {
		net, state, err := mlp.ReadCheckpoint(bytes.NewReader(b))
		if err != nil {
			return
		}
		again, err := mlp.Reloaded(net, state)
		if err != nil || len(again.Epochs) != len(state.Epochs) || again.Steps != state.Steps {
			t.Fatalf("saved and loaded again: %v", err)
		}
		inputs, _ := net.Layers()[0].Dims()
		if _, ok := net.(*mlp.Regressor); !ok || inputs > 100 || len(state.Epochs) > 100 {
			return
		}
		y, err := net.Predict(mat.NewDense(20, inputs, nil))
		if err != nil {
			return
		}
		o := opts()
		o.Epochs, o.Resume = len(state.Epochs)+1, state
		net.Fit(context.Background(), mat.NewDense(20, inputs, nil), y, o)
	})
}

package mlp_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A program that begins a run, or continues the one that was interrupted last
// time.
func ExampleCheckpoint() {
	x := mat.NewDense(5, 1, []float64{-2, -1, 0, 1, 2})
	y := mat.NewDense(5, 1, []float64{-3, -1, 1, 3, 5}) // 2x + 1

	program := func(ctx context.Context, path string, callbacks ...mlp.Callback) {
		net, state, err := mlp.LoadCheckpoint(path)
		if errors.Is(err, fs.ErrNotExist) { // it is the first time
			net, err = mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
		}
		if err != nil {
			log.Fatal(err)
		}
		history, err := net.Fit(ctx, x, y, mlp.FitOptions{
			Epochs:    10,
			Callbacks: append(callbacks, &mlp.Checkpoint{Path: path}),
			Resume:    state,
		})
		fmt.Println(len(history.Epochs), "epochs, error:", err)
	}

	dir, err := os.MkdirTemp("", "checkpoint")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "run.safetensors")

	ctx, interrupt := context.WithCancel(context.Background()) // or signal.NotifyContext
	program(ctx, path, mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number == 4 {
			interrupt()
		}
		return nil
	}))
	program(context.Background(), path)
	// Output:
	// 4 epochs, error: mlp: Fit: epoch 5: context canceled
	// 10 epochs, error: <nil>
}

// Command onestep trains a small network and writes the coverage counters of a
// single step, one of the second epoch, for a test that counts the files that
// such a step enters. It must be built with -cover -covermode=atomic.
package main

import (
	"context"
	"log"
	"os"
	"runtime/coverage"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// window is a context that Fit checks before each step. It clears the counters
// before one step and writes them before the next.
type window struct {
	context.Context
	asked int
}

const measured = 6 // of 4 steps in an epoch

func (w *window) Err() error {
	w.asked++
	switch w.asked {
	case measured:
		if err := coverage.ClearCounters(); err != nil {
			log.Fatal(err)
		}
	case measured + 1:
		if err := coverage.WriteCountersDir(os.Getenv("GOCOVERDIR")); err != nil {
			log.Fatal(err)
		}
		os.Exit(0)
	}
	return nil
}

func main() {
	const rows = 32
	x, y := mat.NewDense(rows, 4, nil), mat.NewDense(rows, 3, nil)
	for i := range rows {
		x.Set(i, i%4, 1)
		y.Set(i, i%3, 1)
	}
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(4, 8, mlp.ReLU),
		mlp.Dense(8, 3, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	ctx := &window{Context: context.Background()}
	if _, err := net.Fit(ctx, x, y, mlp.FitOptions{BatchSize: rows / 4, Epochs: 2}); err != nil {
		log.Fatal(err)
	}
	log.Fatal("the training ended before the step that was to be measured")
}

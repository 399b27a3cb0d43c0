package main

import (
	"fmt"
	"runtime"
	"time"

	"gonum.org/v1/gonum/mat"
)

const mib = 1 << 20

// train measures Fit.
func (w *workload) train() (figures, error) {
	x, y, err := w.load("train")
	if err != nil {
		return nil, err
	}
	if err := w.warmUp(x, y); err != nil {
		return nil, err
	}
	net, err := w.network()
	if err != nil {
		return nil, err
	}
	runtime.GC() // frees the memory of the warm-up
	begin := time.Now()
	if err := w.fit(net, x, y, w.epochs); err != nil {
		return nil, err
	}
	seconds := time.Since(begin).Seconds()

	rows, cols := x.Dims()
	_, outputs := y.Dims()
	perStep := seconds / float64(w.epochs*w.steps(rows))
	f := figures{
		"us_per_step":   perStep * 1e6,
		"samples_per_s": float64(w.epochs*rows) / seconds,
		"s_per_epoch":   seconds / float64(w.epochs),
		"data_mb":       float64(rows*(cols+outputs)*8) / mib,
	}
	if w.layers == nil {
		f["gflops"] = 6 * float64(w.weights()*w.batch) / perStep / 1e9
	}
	if peak, err := peakMemory(); err == nil {
		f["peak_rss_mb"] = float64(peak) / mib
	}
	scores, err := net.Evaluate(x, y)
	if err != nil {
		return nil, err
	}
	f[finalLoss] = scores.Loss
	if w.data == fashion {
		testX, testY, err := w.load("test")
		if err != nil {
			return nil, err
		}
		if scores, err = net.Evaluate(testX, testY); err != nil {
			return nil, err
		}
		f[testAccuracy] = scores.Score
	}
	return f, w.measureAllocations(f, x, y)
}

// warmUp trains a network for a few steps and discards it.
func (w *workload) warmUp(x, y *mat.Dense) error {
	net, err := w.network()
	if err != nil {
		return err
	}
	const steps = 5
	return w.fit(net, head(x, steps*w.batch), head(y, steps*w.batch), 1)
}

// head returns at most the given number of first rows of m.
func head(m *mat.Dense, rows int) mat.Matrix {
	r, c := m.Dims()
	return m.Slice(0, min(rows, r), 0, c)
}

// measureAllocations adds the allocations of a step. Subtracting a run of Fit
// of half the length from a full one leaves only the steps, without the
// one-time costs of a run.
func (w *workload) measureAllocations(f figures, x, y *mat.Dense) error {
	net, err := w.network()
	if err != nil {
		return err
	}
	const steps = 100 // approximate number in the short run
	xs, ys := head(x, steps*w.batch), head(y, steps*w.batch)
	rows, _ := xs.Dims()
	epochs := min(w.epochs, 1+steps/w.steps(rows))
	short, err := allocations(func() error { return w.fit(net, xs, ys, epochs) })
	if err != nil {
		return fmt.Errorf("allocations: %w", err)
	}
	long, err := allocations(func() error { return w.fit(net, xs, ys, 2*epochs) })
	if err != nil {
		return fmt.Errorf("allocations: %w", err)
	}
	perStep := func(long, short uint64) float64 {
		return max(0, float64(long)-float64(short)) / float64(epochs*w.steps(rows))
	}
	f["allocs_per_step"] = perStep(long.objects, short.objects)
	f["alloc_bytes_per_step"] = perStep(long.bytes, short.bytes)
	return nil
}

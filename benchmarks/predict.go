package main

import (
	"fmt"
	"io"
	"time"

	"example.com/mlp"
)

// first prints the prediction of the W1 network for a row of ones.
func first(out io.Writer) error {
	w, err := workloadOf("W1")
	if err != nil {
		return err
	}
	net, err := w.network()
	if err != nil {
		return err
	}
	probabilities := make([]float64, 3)
	if err := net.PredictRow(probabilities, []float64{1, 1, 1, 1}); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, probabilities)
	return err
}

// latency measures the prediction of a single row: the median over blocks of
// calls.
func (w *workload) latency() (figures, error) {
	const warmUps, blocks, calls = 20, 200, 10
	x, _, err := w.load("test")
	if err != nil {
		return nil, err
	}
	predict, err := w.predictor(x.RawRowView(0))
	if err != nil {
		return nil, err
	}
	times := make([]float64, 0, warmUps+blocks)
	for range cap(times) {
		begin := time.Now()
		for range calls {
			if err := predict(); err != nil {
				return nil, err
			}
		}
		times = append(times, float64(time.Since(begin))/calls)
	}
	return figures{"us_per_predict": median(times[warmUps:]) / 1e3}, nil
}

// predictor returns a function that predicts a row. For a frozen network in
// single precision, the row and the prediction are in single precision, too.
func (w *workload) predictor(row []float64) (func() error, error) {
	net, err := w.network()
	if err != nil {
		return nil, err
	}
	dst := make([]float64, w.sizes[len(w.sizes)-1])
	if !w.frozen {
		return func() error { return net.PredictRow(dst, row) }, nil
	}
	p, err := mlp.Freeze(net)
	if err != nil {
		return nil, err
	}
	if w.precision == mlp.Float64 {
		return func() error { return p.PredictRow(dst, row) }, nil
	}
	dst32, row32 := make([]float32, len(dst)), make([]float32, len(row))
	for i, v := range row {
		row32[i] = float32(v)
	}
	return func() error { return p.PredictRow32(dst32, row32) }, nil
}

// throughput measures the prediction of many rows in one call: the mean over
// the calls within some time.
func (w *workload) throughput() (figures, error) {
	const rows, duration, atLeast = 10_000, 1500 * time.Millisecond, 3
	net, err := w.network()
	if err != nil {
		return nil, err
	}
	x, _, err := w.load("test")
	if err != nil {
		return nil, err
	}
	samples := head(x, rows)
	if _, err := net.Predict(samples); err != nil { // to warm up
		return nil, err
	}
	calls := 0
	begin := time.Now()
	for time.Since(begin) < duration || calls < atLeast {
		if _, err := net.Predict(samples); err != nil {
			return nil, err
		}
		calls++
	}
	return figures{"rows_per_s": float64(rows*calls) / time.Since(begin).Seconds()}, nil
}

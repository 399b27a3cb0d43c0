package main

import (
	"fmt"
	"io"
	"time"
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
	net, err := w.network()
	if err != nil {
		return nil, err
	}
	x, y, err := w.load("test")
	if err != nil {
		return nil, err
	}
	row, dst := x.RawRowView(0), y.RawRowView(0)
	times := make([]float64, 0, warmUps+blocks)
	for range cap(times) {
		begin := time.Now()
		for range calls {
			if err := net.PredictRow(dst, row); err != nil {
				return nil, err
			}
		}
		times = append(times, float64(time.Since(begin))/calls)
	}
	return figures{"us_per_predict": median(times[warmUps:]) / 1e3}, nil
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

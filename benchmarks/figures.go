package main

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
)

// The names of the programs that are compared.
const (
	library   = "mlp"
	library32 = "mlp float32"
	torch64   = "torch f64"
	torch32   = "torch f32"
	sklearn   = "scikit-learn f64"
)

// figures are the measurements of a program, by metric.
type figures map[string]float64

// A line is one figure as the programs print it.
type line struct {
	Peer     string  `json:"peer"`
	Workload string  `json:"workload"`
	Metric   string  `json:"metric"`
	Value    float64 `json:"value"`
	Kernels  string  `json:"kernels,omitempty"` // that OpenBLAS was told to use
}

// write prints the figures, one per line.
func (f figures) write(out io.Writer, peer, workload string) error {
	e := json.NewEncoder(out)
	for _, metric := range slices.Sorted(maps.Keys(f)) {
		if err := e.Encode(line{Peer: peer, Workload: workload, Metric: metric, Value: f[metric]}); err != nil {
			return err
		}
	}
	return nil
}

// median returns the middle value. It sorts its argument.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

package main

import (
	"encoding/json"
	"io"
	"math"
	"slices"
)

// measurements are the values of all runs by peer, workload and metric.
type measurements map[[3]string][]float64

func readMeasurements(in io.Reader) (measurements, error) {
	m := measurements{}
	for d := json.NewDecoder(in); ; {
		var l line
		if err := d.Decode(&l); err == io.EOF {
			return m, nil
		} else if err != nil {
			return nil, err
		}
		key := [3]string{l.Peer, l.Workload, l.Metric}
		m[key] = append(m[key], l.Value)
	}
}

// median returns the median over the runs, or NaN if there are none.
func (m measurements) median(peer, workload, metric string) float64 {
	values := m[[3]string{peer, workload, metric}]
	if len(values) == 0 {
		return math.NaN()
	}
	return median(slices.Clone(values))
}

// medians returns the medians of all peers.
func (m measurements) medians(workload, metric string) []float64 {
	var values []float64
	for _, p := range peers {
		values = append(values, m.median(p, workload, metric))
	}
	return values
}

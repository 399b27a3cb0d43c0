package main

import (
	"cmp"
	"encoding/json"
	"io"
	"math"
	"slices"
)

// measurements are the values of all runs, by metric.
type measurements map[runs]map[string][]float64

// runs are the runs of a workload by a program with the same kernels of
// OpenBLAS.
type runs struct {
	peer, workload string
	kernels        string // "" if the program has no choice of them
}

func readMeasurements(in io.Reader) (measurements, error) {
	m := measurements{}
	for d := json.NewDecoder(in); ; {
		var l line
		if err := d.Decode(&l); err == io.EOF {
			return m, nil
		} else if err != nil {
			return nil, err
		}
		r := runs{l.Peer, l.Workload, l.Kernels}
		if m[r] == nil {
			m[r] = map[string][]float64{}
		}
		m[r][l.Metric] = append(m[r][l.Metric], l.Value)
	}
}

// fastest returns the runs of a workload by a program with the kernels of
// OpenBLAS that take it the least time.
func (m measurements) fastest(peer, workload string) runs {
	var all []runs
	for r := range m {
		if r.peer == peer && r.workload == workload {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		return runs{}
	}
	return slices.MinFunc(all, func(a, b runs) int {
		return cmp.Or(cmp.Compare(m.time(a), m.time(b)), cmp.Compare(a.kernels, b.kernels))
	})
}

// time returns the median of the time that the runs took, in some unit, or +Inf
// if it is missing.
func (m measurements) time(r runs) float64 {
	for _, s := range speeds() {
		if values := m[r][s.metric]; s.workload == r.workload && len(values) > 0 {
			return s.time(median(slices.Clone(values)))
		}
	}
	return math.Inf(1)
}

// values returns the values of the fastest runs.
func (m measurements) values(peer, workload, metric string) []float64 {
	return m[m.fastest(peer, workload)][metric]
}

// median returns the median over the fastest runs, or NaN if there are none.
func (m measurements) median(peer, workload, metric string) float64 {
	values := m.values(peer, workload, metric)
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

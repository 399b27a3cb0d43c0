package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// peers are the programs that have their own column.
var peers = []string{library, torch64, torch32, sklearn}

// A speed is a figure by which to compare the peers.
type speed struct {
	workload, label, metric string
	rate                    bool // higher is better
}

// speeds returns the rows of the table of speeds.
func speeds() []speed {
	var s []speed
	for _, w := range workloads {
		s = append(s, speed{w.id, w.id + " " + w.name + ", µs per step", "us_per_step", false})
	}
	return append(s,
		speed{"P1-W1", "P1-W1, µs per row", "us_per_predict", false},
		speed{"P1-W3", "P1-W3, µs per row", "us_per_predict", false},
		speed{"P2-W3", "P2-W3, rows per second", "rows_per_s", true},
		speed{"P2-W4", "P2-W4, rows per second", "rows_per_s", true},
		speed{"START", "START, ms", "ms_to_first_prediction", false},
	)
}

// report reads the lines that the programs printed and writes the tables. It
// returns an error if the library did not reach a specified figure.
func report(out io.Writer, in io.Reader) error {
	m, err := readMeasurements(in)
	if err != nil {
		return err
	}
	writeTable(out, m.speedTable())
	fmt.Fprintln(out)
	writeTable(out, m.otherTable())
	return m.check()
}

// speedTable returns the speeds with the ratios of the library to its peers.
func (m measurements) speedTable() [][]string {
	table := [][]string{append(append([]string{"workload"}, peers...), "to the best float64 peer", "to torch f32")}
	for _, s := range speeds() {
		values := m.medians(s.workload, s.metric)
		if allNaN(values) {
			continue
		}
		row := []string{s.label}
		for _, v := range values {
			row = append(row, significant(v, 3))
		}
		times := values
		if s.rate {
			times = inverse(values)
		}
		own, t64, t32, sk := times[0], times[1], times[2], times[3]
		table = append(table, append(row, ratio(own, best(t64, sk)), ratio(own, t32)))
	}
	return table
}

// otherTable returns the results of the programs and the memory they took.
func (m measurements) otherTable() [][]string {
	table := [][]string{append([]string{"figure", "specified"}, peers...)}
	add := func(label, want string, values []float64, format func(float64) string) {
		if allNaN(values) {
			return
		}
		row := []string{label, want}
		for _, v := range values {
			row = append(row, format(v))
		}
		table = append(table, row)
	}
	for _, w := range workloads {
		for _, t := range w.specified {
			add(w.id+" "+labels[t.metric], t.format(t.value), m.medians(w.id, t.metric), t.format)
		}
	}
	for _, w := range workloads {
		format := func(v float64) string { return fixed(v, 2) }
		add(w.id+" allocations per step", "", m.medians(w.id, "allocs_per_step"), format)
	}
	peak, data := m.medians("W3", "peak_rss_mb"), m.medians("W3", "data_mb")
	for i := range peak {
		peak[i] -= data[i]
	}
	add("W3 peak memory without the data, MiB", "", peak, func(v float64) string { return fixed(v, 0) })
	return table
}

// labels describe the metrics of targets.
var labels = map[string]string{finalLoss: "final loss", testAccuracy: "test accuracy"}

// format formats v with the digits of the target.
func (t target) format(v float64) string { return significant(v, t.digits) }

// check returns an error unless all runs of the library reached the specified
// figures.
func (m measurements) check() error {
	var errs []error
	for _, w := range workloads {
		for _, t := range w.specified {
			for _, v := range m[[3]string{library, w.id, t.metric}] {
				if got, want := t.format(v), t.format(t.value); got != want {
					errs = append(errs, fmt.Errorf("%s: %s is %s, want %s", w.id, labels[t.metric], got, want))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// writeTable writes a Markdown table. The first row is its header.
func writeTable(out io.Writer, rows [][]string) {
	for i, row := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(out, "|---|%s\n", strings.Repeat("---:|", len(row)-1))
		}
	}
}

// ratio formats a/b, or nothing if one of them is missing.
func ratio(a, b float64) string { return significant(a/b, 2) }

// best returns the smaller of two times, either of which may be missing.
func best(a, b float64) float64 {
	if math.IsNaN(a) || b < a {
		return b
	}
	return a
}

func inverse(values []float64) []float64 {
	inv := make([]float64, len(values))
	for i, v := range values {
		inv[i] = 1 / v
	}
	return inv
}

func allNaN(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) })
}

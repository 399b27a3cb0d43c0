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
var peers = []string{library, library32, torch64, torch32, sklearn}

// A speed is a figure by which to compare the peers.
type speed struct {
	workload, label, metric string
	rate                    bool // higher is better
	frozen                  bool // of the library with a frozen network
}

// source returns the program whose figure is in the column of a peer.
func (s speed) source(peer string) string {
	if s.frozen && (peer == library || peer == library32) {
		return whenFrozen(peer)
	}
	return peer
}

// time returns the time that a figure stands for, in some unit.
func (s speed) time(figure float64) float64 {
	if s.rate {
		return 1 / figure
	}
	return figure
}

// speeds returns the rows of the table of speeds.
func speeds() []speed {
	var s []speed
	for _, w := range workloads {
		s = append(s, speed{workload: w.id, label: w.id + " " + w.name + ", µs per step", metric: "us_per_step"})
	}
	const us, rate, ms = "us_per_predict", "rows_per_s", "ms_to_first_prediction"
	return append(s,
		speed{workload: "P1-W1", label: "P1-W1, µs per row", metric: us},
		speed{workload: "P1-W1", label: "P1-W1 frozen, µs per row", metric: us, frozen: true},
		speed{workload: "P1-W3", label: "P1-W3, µs per row", metric: us},
		speed{workload: "P1-W3", label: "P1-W3 frozen, µs per row", metric: us, frozen: true},
		speed{workload: "P1-W7", label: "P1-W7, µs per row", metric: us},
		speed{workload: "P1-W7", label: "P1-W7 frozen, µs per row", metric: us, frozen: true},
		speed{workload: "P2-W3", label: "P2-W3, rows per second", metric: rate, rate: true},
		speed{workload: "P2-W4", label: "P2-W4, rows per second", metric: rate, rate: true},
		speed{workload: "P2-W7", label: "P2-W7, rows per second", metric: rate, rate: true},
		speed{workload: "START", label: "START, ms", metric: ms},
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
	if table := m.kernelTable(); len(table) > 1 {
		fmt.Fprintln(out)
		writeTable(out, table)
	}
	return m.check()
}

// speedTable returns the speeds with the ratios of the library to its peers.
func (m measurements) speedTable() [][]string {
	header := append([]string{"workload"}, peers...)
	table := [][]string{append(header, "to the best float64 peer", "to torch f32", "float32 to torch f32")}
	for _, s := range speeds() {
		row, times := []string{s.label}, map[string]float64{}
		for _, p := range peers {
			v := m.median(s.source(p), s.workload, s.metric)
			row = append(row, significant(v, 3))
			times[p] = s.time(v)
		}
		measured := []float64{times[library], times[library32]}
		if !s.frozen {
			measured = append(measured, times[torch64], times[torch32], times[sklearn])
		}
		if allNaN(measured) {
			continue
		}
		table = append(table, append(row,
			ratio(times[library], best(times[torch64], times[sklearn])),
			ratio(times[library], times[torch32]),
			ratio(times[library32], times[torch32])))
	}
	return table
}

// kernelTable returns the kernels of OpenBLAS with which the peers were
// fastest, for those that were measured with several.
func (m measurements) kernelTable() [][]string {
	programs := []string{torch64, torch32, sklearn}
	table := [][]string{append([]string{"kernels of OpenBLAS"}, programs...)}
	for _, s := range speeds() {
		if s.frozen {
			continue
		}
		row := []string{s.workload}
		for _, p := range programs {
			row = append(row, m.fastest(p, s.workload).kernels)
		}
		if slices.ContainsFunc(row[1:], func(kernels string) bool { return kernels != "" }) {
			table = append(table, row)
		}
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
// figures, or in single precision a loss that is not much above.
func (m measurements) check() error {
	const much = 1.1
	var errs []error
	for _, w := range workloads {
		for _, t := range w.specified {
			for _, v := range m.values(library, w.id, t.metric) {
				if got, want := t.format(v), t.format(t.value); got != want {
					errs = append(errs, fmt.Errorf("%s: %s is %s, want %s", w.id, labels[t.metric], got, want))
				}
			}
			for _, v := range m.values(library32, w.id, t.metric) {
				if t.metric == finalLoss && !(v <= much*t.value) {
					errs = append(errs, fmt.Errorf("%s float32: %s is %s, want about %s", w.id, labels[t.metric], t.format(v), t.format(t.value)))
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

func allNaN(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) })
}

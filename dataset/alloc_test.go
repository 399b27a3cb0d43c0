//go:build !race

// Under the race detector sync.Pool drops items at random, and what takes its
// memory from one allocates.

package dataset_test

import (
	"testing"

	"example.com/mlp/dataset"
)

// A prediction allocates what it consists of and nothing else: a slice, and for
// labels another one with room for each.
func TestPipelineAllocations(t *testing.T) {
	for target, want := range map[string]float64{"numbers": 0, "classes": 1, "binary": 1, "several numbers": 1, "labels": 2, "label sets": 2} {
		p := fitPipeline(t, everything(everyTarget[target]), peopleFor(target))
		rows, maps := records(t, p, readTable(t, peopleFor(target)))
		for name, predict := range map[string]func() (dataset.Prediction, error){
			"PredictRow": func() (dataset.Prediction, error) { return p.PredictRow(rows[0]) },
			"PredictMap": func() (dataset.Prediction, error) { return p.PredictMap(maps[0]) },
		} {
			if n := testing.AllocsPerRun(100, func() {
				if _, err := predict(); err != nil {
					t.Fatal(err)
				}
			}); n != want {
				t.Errorf("%s, %s: %g allocations, want %g", target, name, n, want)
			}
		}
	}
}

// A batch takes no more memory than the one before: what an epoch allocates is in
// proportion to its rows, and little.
func TestBatchAllocations(t *testing.T) {
	p := unscaledNumbers(t)
	epoch := func(rows int) float64 {
		batches := p.Batches(dataset.Shards{readTable(t, counted(rows))}, dataset.BatchOptions{BatchSize: 10, Buffer: 100})
		return testing.AllocsPerRun(5, func() {
			for _, err := range batches(1) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	const rows = 20_000
	if n := (epoch(2*rows) - epoch(rows)) / (rows / 10); n > 4 {
		t.Errorf("%g allocations a batch, want at most 4", n)
	}
}

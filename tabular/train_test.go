package tabular

import (
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Each run gets its share of the time, however many goroutines take turns: the
// last run comes first.
func TestTrainAllTurns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	failed := errors.New("no layers")
	n := &network{layers: func(*dataset.Data, task, uint64) ([]mlp.Layer, error) { return nil, failed }}
	tr := &trainer{folds: make([]fold, 5), opts: Options{Seeds: 1}}
	runs := tr.runs(n)
	tr.trainAll(t.Context(), runs)
	var turns []int
	for _, r := range runs {
		turns = append(turns, r.turns)
		if r.err != failed {
			t.Errorf("error %v", r.err)
		}
	}
	if want := []int{1, 1, 2, 2, 3}; !slices.Equal(turns, want) {
		t.Errorf("turns left %v, want %v", turns, want)
	}
}

// Each run of a network has a seed of its own, and that of another network is
// the same.
func TestRuns(t *testing.T) {
	tr := &trainer{folds: make([]fold, 3), opts: Options{Seeds: 2, Seed: 7}}
	a, b := tr.runs(linear), tr.runs(plain(Medium))
	seeds := make(map[uint64]bool)
	for i, r := range a {
		seeds[r.seed] = true
		if r.fold != i%3 || r.seed != b[i].seed {
			t.Errorf("run %d: fold %d, seed %d and %d", i, r.fold, r.seed, b[i].seed)
		}
	}
	if len(a) != 6 || len(seeds) != 6 || a[0].seed != 7 {
		t.Errorf("%d runs with seeds %v", len(a), seeds)
	}
}

// Auto trains the networks that depend most on their seed three times where rows
// are few, unless it is told how often.
func TestSeeds(t *testing.T) {
	for _, c := range []struct {
		rows int
		opts Options
		want []int
	}{
		{5000, Options{}, []int{1, 1, 3, 3, 3, 3, 1}},
		{5001, Options{}, []int{1, 1, 1, 1, 1, 1, 1}},
		{10, Options{Time: time.Hour}, []int{1, 1, 1, 1, 1, 1, 1}},
		{10, Options{Seeds: 1}, []int{1, 1, 1, 1, 1, 1, 1}},
		{10, Options{Seeds: 2, Time: time.Hour}, []int{2, 2, 2, 2, 2, 2, 2}},
	} {
		few, last := &dataset.Data{X: mat.NewDense(10, 1, nil)}, &dataset.Data{X: mat.NewDense(c.rows, 1, nil)}
		tr := &trainer{opts: c.opts, folds: []fold{{train: few}, {train: last}}, answering: 1}
		var got []int
		for _, n := range plans[Auto].of(Medium) {
			got = append(got, tr.seeds(n))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d rows, %+v: trained %v times, want %v", c.rows, c.opts, got, c.want)
		}
	}
}

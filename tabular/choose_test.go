package tabular

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestChoose(t *testing.T) {
	tr := judgeOf(t, mlp.MetricMAE, []float64{0, 0, 0})
	for _, c := range []struct {
		name    string
		answers [][]float64
		want    []int // in this order
	}{
		{"the best one", [][]float64{{3, 3, 3}, {1, 1, 1}}, []int{1}},
		{"those that err in opposite directions", [][]float64{{-3, -3, -3}, {1, 1, 1}, {-2, -2, -2}}, []int{1, 2}},
		{"the first of equals", [][]float64{{2, 2, 2}, {1, 1, 1}, {1, 1, 1}}, []int{1}},
		{"a better mean of three", [][]float64{{3, 0, 0}, {-1, 2, 1}, {-2, -2, -1}}, []int{0, 2, 1}},
	} {
		var candidates []*entry
		for _, a := range c.answers {
			e := ran(columnOf(a...))
			e.finish(tr)
			candidates = append(candidates, e)
		}
		chosen, err := choose(candidates, tr)
		var got []int
		for _, e := range chosen {
			got = append(got, slices.Index(candidates, e))
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

// The network that answers gives the mean of the answers of all runs.
func TestMeanNetwork(t *testing.T) {
	table := groupedTable(t)
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Seeds: 2, Epochs: 2, Validation: dataset.CrossValidate(2)})
	if err != nil {
		t.Fatal(err)
	}
	var entries []*entry
	var all []*mat.Dense
	x := tr.folds[0].held.X
	for _, n := range []*network{linear, plain(Medium)} {
		e := &entry{network: n, runs: tr.runs(n)}
		tr.trainAll(t.Context(), e.runs)
		for _, r := range e.runs {
			if r.err != nil {
				t.Fatal(r.err)
			}
			p, err := answers(r.net, x)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
		}
		entries = append(entries, e)
	}
	net, err := new(trainer).meanNetwork(entries)
	if err != nil {
		t.Fatal(err)
	}
	got, err := net.(*mlp.Classifier).Probabilities(x)
	if err != nil || len(all) != 8 || !mat.EqualApprox(got, meanOf(all), 1e-6) {
		t.Errorf("%v, %v, want the mean of %d networks, %v", got, err, len(all), meanOf(all))
	}
}

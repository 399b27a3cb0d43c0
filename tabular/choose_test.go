package tabular

import (
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// judgeOf returns a trainer whose rows that judge have these numbers, by fold.
func judgeOf(t *testing.T, metric Metric, folds ...[]float64) *trainer {
	t.Helper()
	m, err := metric.measure(task{numbers: true})
	if err != nil {
		t.Fatal(err)
	}
	tr := &trainer{measure: m}
	for _, y := range folds {
		tr.folds = append(tr.folds, fold{held: &dataset.Data{Y: columnOf(y...)}})
	}
	return tr
}

func columnOf(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }

// ran returns what came of runs that answered so, with the first fold.
func ran(answers ...*mat.Dense) *entry {
	e := &entry{network: &network{name: "test"}}
	for _, a := range answers {
		e.runs = append(e.runs, &run{answers: a})
	}
	return e
}

func TestChoose(t *testing.T) {
	tr := judgeOf(t, MAE, []float64{0, 0, 0})
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

// The answers are the mean over the seeds, the score that over the folds.
func TestEntryFinish(t *testing.T) {
	tr := judgeOf(t, MAE, []float64{0, 0}, []float64{10, 10})
	e := ran(columnOf(1, 3), columnOf(11, 11), columnOf(3, 5), columnOf(11, 13))
	for i, r := range e.runs {
		r.fold = i % 2
	}
	e.finish(tr)
	if !mat.Equal(e.answers[0], columnOf(2, 4)) || !mat.Equal(e.answers[1], columnOf(11, 12)) || e.score != 2.25 {
		t.Errorf("answers %v, score %v", e.answers, e.score)
	}
}

func TestEntryFinishErrors(t *testing.T) {
	tr := judgeOf(t, MAE, []float64{math.MaxFloat64, 0})
	failed := ran(columnOf(1, 2), columnOf(1, 2))
	failed.runs[1].err = errors.New("no luck")
	overflow := ran(columnOf(-math.MaxFloat64, 0))
	for want, e := range map[string]*entry{"no luck": failed, "the MAE of its answers is +Inf: not finite": overflow} {
		if e.finish(tr); e.err == nil || e.err.Error() != want || !math.IsNaN(e.score) {
			t.Errorf("score %v, error %v, want %s", e.score, e.err, want)
		}
	}
}

// The network that answers gives the mean of the answers of all runs.
func TestMean(t *testing.T) {
	table, _ := validatedTable(t)
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Seeds: 2, Epochs: 2, Validation: CrossValidate(2)})
	if err != nil {
		t.Fatal(err)
	}
	var entries []*entry
	var all []*mat.Dense
	x := tr.folds[0].held.X
	for _, n := range []*network{linear, plain} {
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
	net, err := mean(entries)
	if err != nil {
		t.Fatal(err)
	}
	got, err := net.(*mlp.Classifier).Probabilities(x)
	if err != nil || len(all) != 8 || !mat.EqualApprox(got, meanOf(all), 1e-6) {
		t.Errorf("%v, %v, want the mean of %d networks, %v", got, err, len(all), meanOf(all))
	}
}

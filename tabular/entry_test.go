package tabular

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// judgeOf returns a trainer whose rows that judge have these numbers, by fold.
func judgeOf(t *testing.T, metric mlp.Metric, folds ...[]float64) *trainer {
	t.Helper()
	tr := &trainer{measure: newMeasure(metric, mlp.Regression)}
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

// The answers are the mean over the seeds, the score that over the folds.
func TestEntryFinish(t *testing.T) {
	tr := judgeOf(t, mlp.MetricMAE, []float64{0, 0}, []float64{10, 10})
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
	tr := judgeOf(t, mlp.MetricMAE, []float64{math.MaxFloat64, 0})
	failed := ran(columnOf(1, 2), columnOf(1, 2))
	failed.runs[1].err = errors.New("no luck")
	overflow := ran(columnOf(-math.MaxFloat64, 0))
	for want, e := range map[string]*entry{"no luck": failed, "the mae of its answers is +Inf: not finite": overflow} {
		if e.finish(tr); e.err == nil || e.err.Error() != want || !math.IsNaN(e.score) {
			t.Errorf("score %v, error %v, want %s", e.score, e.err, want)
		}
	}
}

// A training that diverges does not count where nobody asked for several, and is
// the error of all where somebody did, or where all diverge.
func TestEntryFinishDiverged(t *testing.T) {
	for _, c := range []struct {
		seeds    int
		diverged []int
		want     float64 // the answer; NaN for an error
	}{
		{0, []int{1}, 3},
		{0, []int{0, 1, 2}, math.NaN()},
		{3, []int{1}, math.NaN()},
	} {
		tr := judgeOf(t, mlp.MetricMAE, []float64{0})
		tr.opts.Seeds = c.seeds
		e := ran(columnOf(1), columnOf(100), columnOf(5))
		for draw, r := range e.runs {
			r.draw = draw
		}
		for _, draw := range c.diverged {
			e.runs[draw].err = fmt.Errorf("again: %w", &mlp.DivergedError{Epoch: 1})
		}
		if e.finish(tr); math.IsNaN(c.want) != (e.err != nil) || e.err == nil && e.score != c.want {
			t.Errorf("%+v: score %v, error %v", c, e.score, e.err)
		}
	}
}

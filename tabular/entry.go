package tabular

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// An entry is a network that was trained, once or several times, and what came
// of it.
type entry struct {
	network   *network
	candidate bool // it may answer
	runs      []*run
	answers   []*mat.Dense // for the rows that judge in each fold, mean of the seeds
	score     float64      // of the answers; NaN with an error
	err       error
}

// finish sums up the runs. Of several that the options did not ask for, those that
// diverged are left out.
func (e *entry) finish(tr *trainer) {
	e.score = math.NaN()
	if tr.opts.Seeds == 0 {
		e.runs = sound(e.runs)
	}
	for _, r := range e.runs {
		if e.err = cmp.Or(e.err, r.err); e.err != nil {
			return
		}
	}
	e.answers = make([]*mat.Dense, len(tr.folds))
	for f := range tr.folds {
		var of []*mat.Dense
		for _, r := range e.runs {
			if r.fold == f {
				of = append(of, r.answers)
			}
		}
		e.answers[f] = meanOf(of)
	}
	score, err := tr.over(e.answers, tr.measure.of)
	switch {
	case err != nil:
		e.err = err
	case math.IsNaN(score) || math.IsInf(score, 0):
		e.err = fmt.Errorf("the %v of its answers is %g: %w", tr.measure.metric, score, mlp.ErrNotFinite)
	default:
		e.score = score
	}
}

// sound returns the runs from the seeds with which none diverged, or all if there is
// no such seed.
func sound(runs []*run) []*run {
	diverged := make(map[int]bool)
	for _, r := range runs {
		if errors.As(r.err, new(*mlp.DivergedError)) {
			diverged[r.draw] = true
		}
	}
	kept := slices.DeleteFunc(slices.Clone(runs), func(r *run) bool { return diverged[r.draw] })
	if len(kept) == 0 {
		return runs
	}
	return kept
}

// over returns the mean over the folds of what a measure says of the answers
// for the rows that judge.
func (tr *trainer) over(answers []*mat.Dense, of func(y, answers mat.Matrix) (float64, error)) (float64, error) {
	sum := 0.0
	for f, a := range answers {
		v, err := of(tr.folds[f].held.Y, a)
		if err != nil {
			return math.NaN(), err
		}
		sum += v
	}
	return sum / float64(len(answers)), nil
}

// took returns the time of all trainings together, and that of an answer to one
// row, as one of many, by all networks that answer: those of the fold answering and
// of the later ones.
func (e *entry) took(answering int) (training, answer time.Duration) {
	for _, r := range e.runs {
		training += r.took
		if r.fold >= answering && r.answers != nil {
			rows, _ := r.answers.Dims()
			answer += r.answer / time.Duration(rows)
		}
	}
	return training, answer
}

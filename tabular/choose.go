package tabular

import (
	"cmp"
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

// finish sums up the runs.
func (e *entry) finish(tr *trainer) {
	e.score = math.NaN()
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
		e.err = fmt.Errorf("the %s of its answers is %g: %w", tr.measure.name, score, mlp.ErrNotFinite)
	default:
		e.score = score
	}
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

// choose returns the entries whose mean answers best: the best one, and then
// one after the other what makes the mean better, until nothing does (Caruana
// and others, Ensemble Selection from Libraries of Models, 2004).
func choose(candidates []*entry, tr *trainer) (chosen []*entry, err error) {
	worth := math.Inf(-1)
	left := slices.Clone(candidates)
	for len(left) > 0 {
		best, bestWorth := 0, math.Inf(-1)
		for i, e := range left {
			w, err := tr.over(meanAnswers(append(slices.Clone(chosen), e)), tr.measure.worth)
			if err != nil {
				return nil, err
			}
			if w > bestWorth {
				best, bestWorth = i, w
			}
		}
		if !(bestWorth > worth) {
			break
		}
		worth = bestWorth
		chosen = append(chosen, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return chosen, nil
}

// meanAnswers returns the mean of the answers of entries, by fold.
func meanAnswers(entries []*entry) []*mat.Dense {
	means := make([]*mat.Dense, len(entries[0].answers))
	for f := range means {
		var of []*mat.Dense
		for _, e := range entries {
			of = append(of, e.answers[f])
		}
		means[f] = meanOf(of)
	}
	return means
}

// meanOf returns the mean of matrices of the same shape.
func meanOf(of []*mat.Dense) *mat.Dense {
	sum := mat.DenseCopyOf(of[0])
	for _, m := range of[1:] {
		sum.Add(sum, m)
	}
	if n := len(of); n > 1 {
		sum.Apply(func(_, _ int, v float64) float64 { return v / float64(n) }, sum)
	}
	return sum
}

// mean returns the network that answers with the mean of all runs of entries.
func mean(entries []*entry) (mlp.Network, error) {
	var nets []mlp.Network
	for _, e := range entries {
		for _, r := range e.runs {
			nets = append(nets, r.net)
		}
	}
	if len(nets) == 1 {
		return nets[0], nil
	}
	return mlp.Ensemble(nets...)
}

// took returns the time that the training of an entry took, of all its runs
// together, and that for the answer to one row.
func (e *entry) took() (training, answer time.Duration) {
	rows := 0
	for _, r := range e.runs {
		training += r.took
		if r.answers != nil {
			n, _ := r.answers.Dims()
			rows += n
			answer += r.answer
		}
	}
	if rows > 0 {
		answer /= time.Duration(rows)
	}
	return training, answer
}

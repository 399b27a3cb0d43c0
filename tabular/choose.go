package tabular

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

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

// meanNetwork returns the network that answers with the mean of all runs of entries.
func meanNetwork(entries []*entry) (mlp.Network, error) {
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

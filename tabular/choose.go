package tabular

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// choose returns the entries whose mean answers best: the best one, and then
// one after the other what makes the mean better, until nothing does.
func choose(candidates []*entry, tr *trainer) (chosen []*entry, err error) {
	at := func(numbers []int) []*entry {
		var entries []*entry
		for _, i := range numbers {
			entries = append(entries, candidates[i])
		}
		return entries
	}
	order, worths, err := greedy(len(candidates), len(candidates), func(numbers []int) (float64, error) {
		return tr.over(meanAnswers(at(numbers)), tr.measure.worth)
	})
	if err != nil {
		return nil, err
	}
	n := 1
	for n < len(order) && worths[n] > worths[n-1] {
		n++
	}
	return at(order[:n]), nil
}

// greedy chooses most of n things by their numbers: the one that is worth most,
// and then one after the other that which is worth most together with those before,
// of equal ones the first. worths has what they are worth together up to each
// (Caruana and others, Ensemble Selection from Libraries of Models, 2004).
func greedy(n, most int, worth func(numbers []int) (float64, error)) (order []int, worths []float64, err error) {
	for len(order) < most {
		best, bestWorth := -1, math.Inf(-1)
		for i := range n {
			if slices.Contains(order, i) {
				continue
			}
			w, err := worth(append(slices.Clip(order), i))
			if err != nil {
				return nil, nil, err
			}
			if best < 0 || w > bestWorth {
				best, bestWorth = i, w
			}
		}
		order, worths = append(order, best), append(worths, bestWorth)
	}
	return order, worths, nil
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

// meanNetwork returns the network that answers with the mean of the runs of
// entries, of those in the folds that answer.
func (tr *trainer) meanNetwork(entries []*entry) (mlp.Network, error) {
	var nets []mlp.Network
	for _, e := range entries {
		for _, r := range e.runs {
			if r.fold >= tr.answering {
				nets = append(nets, r.net)
			}
		}
	}
	if len(nets) == 1 {
		return nets[0], nil
	}
	return mlp.Ensemble(nets...)
}

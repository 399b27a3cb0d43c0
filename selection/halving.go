package selection

import (
	"context"
	"errors"
	"fmt"
)

// Halving configures how a search spends its budget. Budgets and SetBudget are
// required.
type Halving[S any] struct {
	// Budgets are the budgets of a trial in each round, ascending: epochs,
	// rows, or anything else that makes a trial better and longer.
	Budgets []int

	// SetBudget sets the budget in settings.
	SetBudget func(settings *S, budget int)

	// Factor is the factor by which the number of candidates shrinks from one
	// round to the next; 0 means 3.
	Factor int
}

func (h Halving[S]) withDefaults() (Halving[S], error) {
	if h.Factor == 0 {
		h.Factor = 3
	}
	switch {
	case len(h.Budgets) == 0:
		return h, errors.New("no budgets")
	case h.SetBudget == nil:
		return h, errors.New("no function SetBudget")
	case h.Factor < 2:
		return h, fmt.Errorf("factor %d, want at least 2 (or 0 for the default)", h.Factor)
	}
	for i, b := range h.Budgets {
		if i > 0 && b <= h.Budgets[i-1] {
			return h, fmt.Errorf("budget %d is %d and budget %d is %d, want them to ascend", i-1, h.Budgets[i-1], i, b)
		}
	}
	return h, nil
}

// Halve searches by successive halving (Jamieson, Talwalkar, Non-stochastic
// Best Arm Identification and Hyperparameter Optimization, 2016): in the first
// round all candidates are tried with the first budget, and the best ⌈n/Factor⌉
// of the n candidates of a round are tried with the next. It returns the
// results of each round, whose settings have the budget of the round; the best
// of the last round is the winner.
//
// It returns the errors of Run, for the round it has reached, and errors for an
// invalid h.
func (s Search[S]) Halve(ctx context.Context, candidates []S, h Halving[S]) ([]*Results[S], error) {
	const op = "Halve"
	h, err := h.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("selection: Search.%s: %w", op, err)
	}
	var rounds []*Results[S]
	for round, budget := range h.Budgets {
		if round > 0 {
			candidates = rounds[round-1].top((len(candidates)-1)/h.Factor + 1)
		}
		funded := make([]S, len(candidates))
		for i, settings := range candidates {
			h.SetBudget(&settings, budget)
			funded[i] = settings
		}
		r, err := s.run(ctx, funded)
		if r != nil {
			rounds = append(rounds, r)
		}
		if err != nil {
			return rounds, fmt.Errorf("selection: Search.%s: round %d: %w", op, round, err)
		}
	}
	return rounds, nil
}

// top returns the settings of the n best candidates, or of all that have a
// mean, in the order in which they were given.
func (r *Results[S]) top(n int) []S {
	in := make([]bool, len(r.Candidates))
	order, _ := r.order()
	for _, i := range order[:n] {
		in[i] = r.Candidates[i].Rank > 0
	}
	var settings []S
	for i, c := range r.Candidates {
		if in[i] {
			settings = append(settings, c.Settings)
		}
	}
	return settings
}

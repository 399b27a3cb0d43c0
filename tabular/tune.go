package tabular

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// Tune is Fit with a search for better settings. As many settings as draws says,
// at least one, are drawn at random for TabM-mini and RealMLP, from spaces like
// the published ones. They are trained for 11 % of their epochs, the best third of
// them for 33 %, and the best third of those, beside the networks of Auto, for all
// (successive halving, see [selection.Search.Halve]). The mean of those that are
// best together answers.
//
// The search compares on the first fold of the Validation, with CrossValidateTime on
// the last one. Options.Method must be Auto. With Options.Time the search ends after half of it at the latest.
// Everything else, the errors too, is as with Fit.
func Tune(ctx context.Context, t *dataset.Table, target dataset.Target, draws int, opts Options) (*Model, error) {
	m, err := tune(ctx, t, target, draws, opts)
	if err != nil {
		return nil, fmt.Errorf("tabular: Tune: %w", err)
	}
	return m, nil
}

func tune(ctx context.Context, t *dataset.Table, target dataset.Target, draws int, opts Options) (*Model, error) {
	switch {
	case opts.Method != Auto:
		return nil, fmt.Errorf("Options.Method is %v, want Auto", opts.Method)
	case draws < 1:
		return nil, fmt.Errorf("%d draws, want at least 1", draws)
	}
	tr, err := newTrainer(ctx, t, target, plans[Auto].encoding, opts)
	if err != nil {
		return nil, err
	}
	usual := plans[Auto].of(opts.Size)
	tr.of = draws + third(draws) + third(third(draws))*max(1, tr.opts.Seeds)*len(tr.folds)
	for _, n := range usual {
		tr.of += tr.seeds(n) * len(tr.folds)
	}
	best, err := tr.search(ctx, draws)
	if err != nil {
		return nil, err
	}
	return tr.fit(ctx, append(best, usual...))
}

// third returns a third of n, rounded up.
func third(n int) int { return (n-1)/3 + 1 }

// settings are those that a search tries: a network, and the share of its epochs
// in percent.
type settings struct {
	network *network
	percent int
}

// search draws networks at random and returns the best ninth of them, or the best
// third of the last round that was compared before half of the time was over.
func (tr *trainer) search(ctx context.Context, draws int) ([]*network, error) {
	limited := ctx
	if limit := tr.opts.Time; limit > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, limit/2)
		defer cancel()
	}
	search := selection.Search[settings]{
		Seed:  tr.opts.Seed,
		Folds: []dataset.Fold{tr.folds[tr.answering].rows},
		Trial: tr.try,
	}
	candidates := selection.Draw(draws, tr.opts.Seed, func(rng *rand.Rand) settings {
		if rng.IntN(2) == 0 {
			return settings{network: drawTabM(rng, tr.opts.Size)}
		}
		return settings{network: drawRealMLP(rng, tr.opts.Size)}
	})
	rounds, err := search.Halve(limited, candidates, selection.Halving[settings]{
		Budgets:   []int{11, 33},
		SetBudget: func(s *settings, percent int) { s.percent = percent },
	})
	tr.passOn()
	if err != nil && (ctx.Err() != nil || limited.Err() == nil) {
		return nil, err
	}
	return bestThird(rounds), nil
}

// bestThird returns the best third of the networks of the last round that has
// compared any.
func bestThird(rounds []*selection.Results[settings]) []*network {
	var best []*network
	for _, r := range slices.Backward(rounds) {
		for _, c := range r.Candidates {
			if c.Rank > 0 && c.Rank <= third(len(r.Candidates)) {
				best = append(best, c.Settings.network)
			}
		}
		if len(best) > 0 {
			break
		}
	}
	return best
}

// try is a selection.Trial: it returns what a network is worth on the first fold
// that answers.
func (tr *trainer) try(ctx context.Context, s settings, _ dataset.Fold, seed uint64) (float64, error) {
	f := &tr.folds[tr.answering]
	r := &run{network: s.network, fold: tr.answering, epochs: max(1, tr.epochs(s.network, f)*s.percent/100), seed: seed}
	if err := tr.tryTrain(ctx, r); err != nil {
		return 0, err
	}
	return tr.measure.worth(f.held.Y, r.answers)
}

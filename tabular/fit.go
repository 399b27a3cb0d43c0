package tabular

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"example.com/mlp/dataset"
)

// Fit makes networks that predict the target from the other columns of the
// table, and trains them. It holds out rows, as Options.Validation says, learns
// from the others how to prepare the columns, trains the networks of the Method,
// and keeps the best epoch of each. The mean of those that are best together, by
// the Metric on the rows held out, is what the Model answers with. Beside them Fit
// trains a linear model to compare with; unless the Method is Auto or Linear, it
// does not answer.
//
// Numbers that are predicted are scaled to mean 0 and standard deviation 1 for
// the training; answers are in the units of the target.
//
// Errors are those of [dataset.Recipe.Fit], such as a column that is ambiguous,
// mistakes in the options, a table of fewer than ten rows, and that of the first
// network if none could be trained. When ctx is canceled, the error wraps
// ctx.Err().
func Fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	m, err := fit(ctx, t, target, opts)
	if err != nil {
		return nil, fmt.Errorf("tabular: Fit: %w", err)
	}
	return m, nil
}

func fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	if err := opts.Method.check(); err != nil {
		return nil, err
	}
	plan := plans[opts.Method]
	tr, err := newTrainer(ctx, t, target, plan.encoding, opts)
	if err != nil {
		return nil, err
	}
	return tr.fit(ctx, plan.of(opts.Size))
}

// fit trains networks and returns the model that answers with the best of them.
func (tr *trainer) fit(ctx context.Context, networks []*network) (*Model, error) {
	var entries []*entry
	var runs []*run
	add := func(n *network, candidate bool) {
		e := &entry{network: n, runs: tr.runs(n), candidate: candidate}
		entries = append(entries, e)
		runs = append(runs, e.runs...)
	}
	for _, n := range networks {
		add(n, true)
	}
	if !slices.Contains(networks, linear) {
		add(linear, false)
	}
	tr.of = tr.begun + len(runs)
	tr.trainAll(ctx, runs)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var candidates []*entry
	var failed error
	for _, e := range entries {
		e.finish(tr)
		switch {
		case !e.candidate:
		case e.err == nil:
			candidates = append(candidates, e)
		default:
			failed = cmp.Or(failed, fmt.Errorf("%s: %w", e.network.name, e.err))
		}
	}
	if len(candidates) == 0 {
		return nil, failed
	}
	chosen, err := choose(candidates, tr)
	if err != nil {
		return nil, err
	}
	return tr.newModel(entries, chosen)
}

package tabular

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/mlp/dataset"
)

// Fit makes networks that predict the target from the other columns of the
// table, and trains them. It holds out rows, as Options.Validation says, learns
// from the others how to prepare the columns, trains the networks of the Method,
// keeps the best epoch of each, and answers with the mean of those that are best
// together, by the Metric on the rows held out. Beside them it trains a linear
// model to compare with.
//
// Numbers that are predicted are scaled to mean 0 and standard deviation 1 for
// the training.
//
// Errors are those of [dataset.Recipe.Fit], such as a column that is ambiguous,
// a table of fewer than ten rows, and those of the training if no network could
// be trained. When ctx is canceled, the error wraps ctx.Err().
func Fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	m, err := fit(ctx, t, target, opts)
	if err != nil {
		return nil, fmt.Errorf("tabular: Fit: %w", err)
	}
	return m, nil
}

func fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	if ctx == nil {
		return nil, errors.New("nil context")
	}
	if t == nil {
		return nil, errors.New("the table is nil")
	}
	if target == (dataset.Target{}) {
		return nil, errors.New("the target is the zero Target, use dataset.Numbers, Classes or Binary")
	}
	opts, err := opts.withDefaults(t.Rows())
	if err != nil {
		return nil, err
	}
	plan := plans[opts.Method]
	p, err := prepare(t, target, plan.encoding, opts)
	if err != nil {
		return nil, err
	}
	tr, err := newTrainer(p, target, opts)
	if err != nil {
		return nil, err
	}
	var all []*run
	entries := make([]*entry, 0, len(plan.networks)+1)
	for _, n := range plan.withLinear() {
		e := &entry{network: n, runs: tr.runs(n), candidate: slices.Contains(plan.networks, n)}
		entries = append(entries, e)
		all = append(all, e.runs...)
	}
	tr.trainAll(ctx, all)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, e := range entries {
		e.finish(tr)
	}
	return newModel(p, tr, opts, entries)
}

// prepared is a table as networks take it.
type prepared struct {
	preparation *dataset.Preparation
	data, held  *dataset.Data // of the table, and of another one that judges, or nil
	parts       []part
}

// prepare prepares the columns by what the rows to train with show.
func prepare(t *dataset.Table, target dataset.Target, e encoding, opts Options) (*prepared, error) {
	recipe := e.recipe(opts.Recipe)
	recipe.Target = target
	if c := opts.Validation.column; c != "" {
		recipe.Columns = append(recipe.Columns, dataset.Drop{Column: c})
	}
	whole, err := recipe.Fit(t) // finds mistakes in all rows
	if err != nil {
		return nil, err
	}
	p := &prepared{}
	class, classes := make([]int, t.Rows()), 1
	if target.Exclusive() {
		d, err := whole.Data(t)
		if err != nil {
			return nil, err
		}
		if class, err = d.Labels(); err != nil {
			return nil, err
		}
		classes = len(d.Classes)
	}
	if p.parts, err = opts.Validation.split(t, class, classes, opts.Seed); err != nil {
		return nil, err
	}
	learned := t
	if only := p.parts[0]; len(p.parts) == 1 && only.held != nil {
		if learned, err = t.Subset(only.train); err != nil {
			return nil, err
		}
	}
	if p.preparation, err = asInAll(recipe, whole).Fit(learned); err != nil {
		return nil, fmt.Errorf("the rows to train with: %w", err)
	}
	if p.data, err = p.preparation.Data(t); err != nil {
		return nil, err
	}
	if others := opts.Validation.others; others != nil {
		p.held, err = p.preparation.Data(others)
	}
	return p, err
}

// newTrainer returns a trainer for prepared rows.
func newTrainer(p *prepared, target dataset.Target, opts Options) (*trainer, error) {
	tr := &trainer{opts: opts}
	for _, part := range p.parts {
		f := fold{held: p.held}
		var err error
		if f.train, err = p.data.Subset(part.train); err != nil {
			return nil, err
		}
		if f.held == nil {
			if f.held, err = p.data.Subset(part.held); err != nil {
				return nil, err
			}
		}
		if train, held := f.train.Rows(), f.held.Rows(); min(train, held) < 2 {
			return nil, fmt.Errorf("Options.Validation leaves %d rows to train with and %d that judge, want at least 2 of each", train, held)
		}
		if opts.Weights != nil {
			f.weights = make([]float64, len(part.train))
			for i, row := range part.train {
				f.weights[i] = opts.Weights[row]
			}
		}
		tr.folds = append(tr.folds, f)
	}
	learned := p.data // what the scale of targets is learned from
	if len(tr.folds) == 1 {
		learned = tr.folds[0].train
	}
	var err error
	if tr.task, err = newTask(target, learned); err != nil {
		return nil, err
	}
	if tr.measure, err = opts.Metric.measure(tr.task); err != nil {
		return nil, err
	}
	for _, f := range tr.folds {
		if _, err := tr.measure.worth(f.held.Y, f.held.Y); err != nil {
			return nil, fmt.Errorf("the %s of the rows held out: %w", tr.measure.name, err)
		}
	}
	if opts.Time > 0 {
		tr.deadline = time.Now().Add(opts.Time)
	}
	return tr, nil
}

// newModel returns the model that answers with the best of the entries.
func newModel(p *prepared, tr *trainer, opts Options, entries []*entry) (*Model, error) {
	var candidates []*entry
	var failed error
	for _, e := range entries {
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
	score, err := tr.over(meanAnswers(chosen), tr.measure.of)
	if err != nil {
		return nil, err
	}
	net, err := mean(chosen)
	if err != nil {
		return nil, err
	}
	pipeline, err := dataset.NewPipeline(p.preparation, net)
	if err != nil {
		return nil, err
	}
	return describe(pipeline, tr, opts, entries, chosen, score), nil
}

package tabular

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Options say what Fit does. The zero value is right for a first try.
type Options struct {
	Method Method // the zero value is TabM

	// Recipe has the columns that are not what their cells show, and what means
	// a missing value. Its Target must be empty. Where it says nothing, numbers are
	// scaled as the Method wants them; missing ones become the mean, with a flag;
	// names that are missing or were not there in training become zeros or the
	// code 0, missing truth values 0, other missing values the most frequent one.
	Recipe dataset.Recipe

	// Validation is the share of the rows that is held out of the training, to
	// choose the best epoch by and to score the network; 0 means 0.2. Of classes
	// each gives its share.
	Validation float64

	Epochs    int            // passes over the rows at most; 0 means 256
	Seed      uint64         // another seed gives another network and holds out other rows
	Float64   bool           // compute in double precision instead of single precision, which is faster
	Callbacks []mlp.Callback // notified of the training, such as progress.New and mlp.TimeLimit
}

const (
	leastRows   = 10 // of a table
	usualEpochs = 256
)

// Fit makes a network that predicts the target from the other columns of the
// table, and trains it. It holds out rows, learns from the others how to prepare
// the columns, trains by the Method, and keeps the weights of the epoch with the
// least loss on the rows held out. On the same rows it trains a linear model to
// compare with.
//
// Numbers that are predicted are scaled to mean 0 and standard deviation 1 for
// the training.
//
// Errors are those of [dataset.Recipe.FitPipeline], such as a column that is
// ambiguous, a table of fewer than ten rows, and a run that ends before its first
// epoch. When ctx is canceled, the error wraps ctx.Err().
func Fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	m, err := fit(ctx, t, target, opts)
	if err != nil {
		return nil, fmt.Errorf("tabular: Fit: %w", err)
	}
	return m, nil
}

func fit(ctx context.Context, t *dataset.Table, target dataset.Target, opts Options) (*Model, error) {
	opts.Validation = cmp.Or(opts.Validation, 0.2)
	opts.Epochs = cmp.Or(opts.Epochs, usualEpochs)
	if err := opts.check(t.Rows()); err != nil {
		return nil, err
	}
	if target == (dataset.Target{}) {
		return nil, errors.New("the target is the zero Target, use dataset.Numbers, Classes or Binary")
	}
	opts.Recipe.Target = target

	m, err := train(ctx, t, opts)
	if err != nil {
		return nil, err
	}
	m.linear = m.validation
	if opts.Method != Linear {
		simple, err := train(ctx, t, Options{
			Method: Linear, Recipe: opts.Recipe, Validation: opts.Validation, Epochs: usualEpochs, Seed: opts.Seed, Float64: opts.Float64,
		})
		if err != nil {
			return nil, fmt.Errorf("the linear model: %w", err)
		}
		m.linear = simple.validation
	}
	return m, nil
}

// check returns an error for options that make no sense for a table of this many
// rows, 0 if it is nil.
func (o Options) check(rows int) error {
	if o.Method < 0 || int(o.Method) >= len(methods) {
		return fmt.Errorf("Options.Method is %v, want TabM, RealMLP or Linear", o.Method)
	}
	if o.Recipe.Target != (dataset.Target{}) {
		return errors.New("Options.Recipe has a Target, which is an argument of Fit")
	}
	if !(o.Validation > 0 && o.Validation < 1) {
		return fmt.Errorf("Options.Validation is %g, want a number in (0, 1)", o.Validation)
	}
	if rows > 0 && rows < leastRows {
		return fmt.Errorf("too few rows: %d, want at least %d", rows, leastRows)
	}
	if held := o.heldOut(rows); rows > 0 && (held < 2 || held > rows-2) {
		return fmt.Errorf("Options.Validation %g of %d rows holds out %d, want at least 2 and as many to train with", o.Validation, rows, held)
	}
	return nil
}

// heldOut returns how many of the rows are held out.
func (o Options) heldOut(rows int) int { return int(math.Ceil(o.Validation * float64(rows))) }

// train trains a network by the method of the options.
func train(ctx context.Context, t *dataset.Table, opts Options) (*Model, error) {
	method := methods[opts.Method]
	recipe := method.recipe(opts.Recipe)
	whole, err := recipe.Fit(t) // finds mistakes in all rows
	if err != nil {
		return nil, err
	}
	held := opts.heldOut(t.Rows())
	training := method.training(t.Rows()-held, whole.Classes() == nil)
	training.Epochs = opts.Epochs
	training.ValidationSplit = opts.Validation
	training.Seed = opts.Seed
	training.Callbacks = append(training.Callbacks, opts.Callbacks...)

	precision := mlp.Float32
	if opts.Float64 {
		precision = mlp.Float64
	}
	build := func(d *dataset.Data) (mlp.Network, error) {
		task, err := taskOf(d)
		if err != nil {
			return nil, err
		}
		layers, err := method.layers(d, task, opts.Seed)
		if err != nil {
			return nil, err
		}
		return mlp.Model(layers, task.loss, append(task.options, mlp.WithSeed(opts.Seed), mlp.WithPrecision(precision))...)
	}
	pipeline, history, err := named(recipe, whole).FitPipeline(ctx, t, build, training)
	if err != nil {
		return nil, err
	}
	if history.Best == nil {
		return nil, fmt.Errorf("the training ended before its first epoch: %w", history.Stopped)
	}
	return &Model{
		method:     opts.Method,
		pipeline:   pipeline,
		history:    history,
		validation: *history.Best,
		rows:       t.Rows() - held,
		held:       held,
	}, nil
}

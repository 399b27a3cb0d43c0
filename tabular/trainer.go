package tabular

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A trainer trains networks for one table. All its fields but the last ones are
// set by newTrainer; runs on several goroutines read them.
type trainer struct {
	opts        Options
	preparation *dataset.Preparation // of the columns, for the networks that answer
	recipe      dataset.Recipe       // of it, with the target and all columns
	folds       []fold
	answering   int // the first fold whose networks answer; the later ones do, too
	task        task
	measure     measure
	deadline    time.Time // zero without a limit

	calling   sync.Mutex // of Options.Callbacks, and of the numbers of trainings
	begun, of int

	panicked atomic.Pointer[any] // the value of a panic, as of a callback
}

// A fold is prepared rows to train with, and those that judge.
type fold struct {
	rows        dataset.Fold // their numbers in their tables: Train and Test
	train, held *dataset.Data
	weights     []float64          // of the rows to train with, or nil
	scale       *mlp.Normalization // of the targets, nil if these are not numbers
}

// newTrainer returns a trainer with the prepared rows of a table.
func newTrainer(ctx context.Context, t *dataset.Table, target dataset.Target, e encoding, opts Options) (*trainer, error) {
	switch {
	case ctx == nil:
		return nil, errors.New("nil context")
	case t == nil:
		return nil, errors.New("the table is nil")
	case target == (dataset.Target{}):
		return nil, errors.New("the target is the zero Target, use dataset.Numbers, Classes or Binary")
	}
	opts, err := opts.withDefaults(t.Rows(), target)
	if err != nil {
		return nil, err
	}
	tr := &trainer{opts: opts}
	if opts.Time > 0 {
		tr.deadline = time.Now().Add(opts.Time)
	}
	recipe := e.recipe(opts.Recipe)
	recipe.Target = target
	if name := opts.Validation.Groups(); name != "" {
		if _, err := t.Column(name); err != nil {
			return nil, fmt.Errorf("Options.Validation: %v: %w", opts.Validation, err)
		}
		recipe.Columns = slices.DeleteFunc(recipe.Columns, func(c dataset.Column) bool { return nameOf(c) == name })
		recipe.Columns = append(recipe.Columns, dataset.Drop{Column: name})
	}
	if err := tr.prepare(t, recipe); err != nil {
		return nil, err
	}
	tr.measure = newMeasure(opts.Metric, tr.task.loss.Task())
	for _, f := range tr.folds {
		if _, err := tr.measure.of(f.held.Y, f.held.Y); err != nil {
			return nil, fmt.Errorf("Options.Metric, the %v of the rows held out: %w", tr.measure.metric, err)
		}
	}
	return tr, nil
}

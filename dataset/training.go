package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/stratify"
)

// A Training describes all that makes a pipeline from a table: how its columns are
// prepared, which network learns from them, and how. The same Training serves for
// one pipeline, for a search and for answers out of fold, with package selection.
//
//	training := dataset.Training{
//		Recipe: dataset.Recipe{Target: dataset.Classes("species"), Impute: dataset.Median},
//		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
//			return mlp.Model([]mlp.Layer{
//				mlp.Dense(len(train.Features), 16, mlp.Tanh),
//				mlp.Dense(16, len(train.Classes), mlp.Softmax),
//			}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
//		},
//		Options:    mlp.FitOptions{Callbacks: []mlp.Callback{&mlp.EarlyStopping{}}},
//		Validation: dataset.HoldOut(0.2),
//	}
//	pipeline, err := training.Fit(ctx, table)
//
// The methods only read the Training and what it refers to, but callbacks and
// schedules may have a state: two trainings at once need their own.
type Training struct {
	Recipe Recipe // which has a Target

	// Build makes the network for the rows to train with, as the recipe prepares
	// them. Those that are held out are not among them. seed is Seed, for
	// mlp.WithSeed.
	Build func(train *Data, seed uint64) (mlp.Network, error)

	// Options are those of the training. SampleWeights has an entry for each row of
	// the table. ValidationSplit holds rows out as Validation does, drawn by
	// Options.Seed.
	Options mlp.FitOptions

	// Validation says which rows are held out, before anything is learned, as the
	// Validation of the training. The zero value is none. CrossValidate and its like,
	// which are for several trainings, are an error, as is a row that a table of
	// Subset has several times, to train with and held out.
	Validation Validation

	// Balanced multiplies the weight of each row by n/(k·c), where c of the n rows
	// to train with are of its class and k classes have rows, so that rare classes
	// count as much as frequent ones. It is an error unless the target is Exclusive.
	Balanced bool

	// ScaleTargets scales the numbers of the target to mean 0 and standard deviation
	// 1 in the rows to train with, as mlp.WithTargetScaling does; answers are in the
	// unit of the target. It is an error if these are classes, labels or counts, or
	// if the network scales its targets already.
	ScaleTargets bool

	Seed uint64 // of Validation, and of Build
}

// Fit trains a pipeline with the rows of the table but those that are held out. A
// name that only these have is what the recipe says of unknown names; the classes
// of the target are those of the whole table.
//
// Errors are mistakes in the Training and those of [Recipe.Fit], of Build, of
// [NewPipeline] and of the training. When ctx is canceled, the error wraps
// ctx.Err().
func (t Training) Fit(ctx context.Context, table *Table) (*Pipeline, error) {
	p, _, err := t.fit(ctx, table, nil)
	if err != nil {
		return nil, fmt.Errorf("dataset: Training.Fit: %w", err)
	}
	return p, nil
}

// FitFold is Fit with the rows fold.Train of the table. Those of fold.Validation,
// where there are any, are held out in the place of a Validation; those of
// fold.Test are not looked at, except for the names of their classes, which are the
// same in all folds.
func (t Training) FitFold(ctx context.Context, table *Table, fold Fold) (*Pipeline, error) {
	p, _, err := t.fit(ctx, table, &fold)
	if err != nil {
		return nil, fmt.Errorf("dataset: Training.FitFold: %w", err)
	}
	return p, nil
}

// fit returns the history also with an error of the training. A nil fold is all
// rows.
func (t Training) fit(ctx context.Context, whole *Table, fold *Fold) (*Pipeline, *mlp.History, error) {
	rows, err := t.divide(whole, fold)
	if err != nil {
		return nil, nil, err
	}
	preparation, err := t.recipe().fitWithin(whole, rows.train)
	if err != nil {
		return nil, nil, err
	}
	d, err := preparation.data(rows.train)
	if err != nil {
		return nil, nil, err
	}
	opts, err := t.options(preparation, d, rows)
	if err != nil {
		return nil, nil, err
	}
	p, err := t.build(preparation, d)
	if err != nil {
		return nil, nil, err
	}
	p.history, err = p.network.Fit(ctx, d.X, d.Y, opts)
	return p, p.history, err
}

// recipe returns the recipe, which leaves the column of the groups out.
func (t Training) recipe() Recipe {
	r, column := t.Recipe, t.Validation.Groups()
	if column == "" {
		return r
	}
	r.Columns = slices.DeleteFunc(slices.Clone(r.Columns), func(c Column) bool { return !matrix.IsNil(c) && c.name() == column })
	r.Columns = append(r.Columns, Drop{Column: column})
	return r
}

// options returns the options for rows that are prepared in d.
func (t Training) options(p *Preparation, d *Data, rows trainingRows) (mlp.FitOptions, error) {
	opts := t.Options
	opts.SampleWeights = rows.weights
	if t.Balanced {
		weights, err := balance(rows.weights, d)
		if err != nil {
			return opts, err
		}
		opts.SampleWeights = weights
	}
	if rows.validation == nil {
		return opts, nil
	}
	held, err := p.data(rows.validation)
	if err != nil && t.Validation.Table() != nil {
		err = fmt.Errorf("Validation: %v: %w", t.Validation, err)
	}
	if err != nil {
		return opts, err
	}
	opts.Validation, opts.ValidationSplit = &mlp.Dataset{X: held.X, Y: held.Y}, 0
	return opts, nil
}

// balance returns the weights of rows, nil for 1 each, times what makes their
// classes count alike.
func balance(weights []float64, d *Data) ([]float64, error) {
	class, err := d.rowClasses()
	if err != nil {
		return nil, err
	}
	balanced := stratify.Weights(class)
	for i, w := range weights {
		balanced[i] *= w
	}
	return balanced, nil
}

// build returns the pipeline that is to be trained with d.
func (t Training) build(preparation *Preparation, d *Data) (*Pipeline, error) {
	if t.Build == nil {
		return nil, errors.New("build is nil")
	}
	net, err := t.Build(d, t.Seed)
	if err != nil {
		return nil, err
	}
	p, err := newPipeline(preparation, net)
	if err != nil || !t.ScaleTargets {
		return p, err
	}
	r, ok := net.(*mlp.Regressor)
	switch {
	case !ok:
		return nil, fmt.Errorf("ScaleTargets is for a target of numbers, the network is a %T", net)
	case r.TargetScaling() != nil:
		return nil, errors.New("the network scales its targets already, want that or ScaleTargets")
	}
	scale := mlp.NewNormalization(preparation.target.width())
	if err := scale.Adapt(d.Y); err != nil {
		return nil, err
	}
	return p, r.SetTargetScaling(scale)
}

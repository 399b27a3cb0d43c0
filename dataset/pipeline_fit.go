package dataset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/stratify"
)

// FitPipeline learns a preparation from the rows of the table, which should be
// training rows only, and trains the network that build makes for them:
//
//	build := func(train *dataset.Data) (mlp.Network, error) {
//		return mlp.Model([]mlp.Layer{
//			mlp.Dense(len(train.Features), 16, mlp.Tanh),
//			mlp.Dense(16, len(train.Classes), mlp.Softmax),
//		}, mlp.CategoricalCrossEntropy)
//	}
//
// With ValidationSplit, the rows for validation are set aside before anything is
// learned: neither the preparation nor build sees them. A name in them that the
// other rows do not have is what the recipe says of unknown names. They are
// drawn at random by FitOptions.Seed, with Classes and Binary as by
// [StratifiedSplit].
//
// Errors are those of Fit, of build, of NewPipeline and of the training, after
// which there is no pipeline but the history so far.
func (r Recipe) FitPipeline(ctx context.Context, train *Table, build func(train *Data) (mlp.Network, error), opts mlp.FitOptions) (*Pipeline, *mlp.History, error) {
	p, history, err := r.fitPipeline(ctx, train, build, opts)
	if err != nil {
		return nil, history, fmt.Errorf("dataset: FitPipeline: %w", err)
	}
	return p, history, nil
}

func (r Recipe) fitPipeline(ctx context.Context, t *Table, build func(*Data) (mlp.Network, error), opts mlp.FitOptions) (*Pipeline, *mlp.History, error) {
	train, validation, opts, err := r.setAside(t, opts)
	if err != nil {
		return nil, nil, err
	}
	preparation, err := r.fit(train)
	if err != nil {
		return nil, nil, err
	}
	d, err := preparation.data(train)
	if err != nil {
		return nil, nil, err
	}
	if validation != nil {
		v, err := preparation.data(validation)
		if err != nil {
			return nil, nil, err
		}
		opts.Validation = &mlp.Dataset{X: v.X, Y: v.Y}
	}
	if build == nil {
		return nil, nil, errors.New("build is nil")
	}
	net, err := build(d)
	if err != nil {
		return nil, nil, err
	}
	p, err := newPipeline(preparation, net)
	if err != nil {
		return nil, nil, err
	}
	history, err := net.Fit(ctx, d.X, d.Y, opts)
	return p, history, err
}

// setAside returns the rows to train with, those for opts.ValidationSplit, nil
// without it, and the options for the rows to train with.
func (r Recipe) setAside(t *Table, opts mlp.FitOptions) (train, validation *Table, rest mlp.FitOptions, err error) {
	share := opts.ValidationSplit
	if share == 0 || opts.Validation != nil { // of which Fit says that it wants one
		return t, nil, opts, nil
	}
	if err := t.check(); err != nil {
		return nil, nil, opts, err
	}
	trainRows, validationRows, err := r.split(t, share, opts.Seed)
	if err != nil {
		return nil, nil, opts, err
	}
	if weights := opts.SampleWeights; weights != nil {
		if len(weights) != t.Rows() {
			return nil, nil, opts, fmt.Errorf("SampleWeights has %d entries, the table has %d rows", len(weights), t.Rows())
		}
		opts.SampleWeights = make([]float64, len(trainRows))
		for i, row := range trainRows {
			opts.SampleWeights[i] = weights[row]
		}
	}
	opts.ValidationSplit = 0
	if train, err = t.subset(trainRows); err != nil {
		return nil, nil, opts, err
	}
	validation, err = t.subset(validationRows)
	return train, validation, opts, err
}

// split draws the share of the rows for validation, rounded up, and where the
// target is one of classes, of each class its share of these. Both parts are in
// the order of the rows.
func (r Recipe) split(t *Table, share float64, seed uint64) (train, validation []int, err error) {
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("ValidationSplit is %g, want a number in (0, 1)", share)
	}
	rows := t.Rows()
	size := int(math.Ceil(share * float64(rows)))
	if size == rows {
		return nil, nil, fmt.Errorf("ValidationSplit %g of %d rows leaves none to train", share, rows)
	}
	labels := make([]string, rows)
	if target := r.Target.learner; target != nil && target.stratified() {
		j, err := t.find(target.columns()[0])
		if err != nil {
			return nil, nil, err
		}
		for i := range labels {
			labels[i] = t.cell(i, j)
		}
	}
	class, names := encodeLabels(labels)
	parts := stratify.Deal(newRand(seed).Perm(rows), class, len(names), size)
	validation, train = parts[0], parts[1]
	slices.Sort(train)
	slices.Sort(validation)
	return train, validation, nil
}

package tabular

import (
	"fmt"
	"slices"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// prepare deals the rows of a table out into folds and prepares them by what the
// rows to train with show.
func (tr *trainer) prepare(t *dataset.Table, recipe dataset.Recipe) error {
	whole, err := recipe.Fit(t) // finds mistakes in all rows
	if err != nil {
		return err
	}
	if err := checkSerials(t, recipe, whole); err != nil {
		return err
	}
	class, err := classesOf(t, recipe.Target, whole)
	if err != nil {
		return err
	}
	validation := tr.opts.Validation
	rows, err := validation.Folds(t, class, tr.opts.Seed)
	if err != nil {
		return fmt.Errorf("Options.Validation: %w", err)
	}
	train := t
	if len(rows) == 1 {
		if train, err = t.Subset(rows[0].Train); err != nil {
			return err
		}
	}
	recipe = nameColumns(recipe, whole, train)
	var data *dataset.Data // which the networks are trained with
	if len(rows) == 1 && validation.Table() == nil {
		data, err = tr.prepareFold(t, recipe, rows[0])
	} else {
		data, err = tr.prepareAll(t, recipe, rows)
	}
	if err != nil {
		return err
	}
	for i := range tr.folds {
		f := &tr.folds[i]
		if train, held := f.train.Rows(), f.held.Rows(); min(train, held) < 2 {
			return fmt.Errorf("Options.Validation leaves %d rows to train with and %d that judge, want at least 2 of each", train, held)
		}
		if f.weights, err = tr.opts.weights(f.rows.Train, f.train); err != nil {
			return err
		}
	}
	tr.recipe, tr.task = recipe, newTask(recipe.Target, data)
	if tr.task.numbers {
		tr.scale = mlp.NewNormalization(tr.task.units)
		return tr.scale.Adapt(data.Y)
	}
	return nil
}

// prepareFold prepares the rows of a fold by its rows to train with, which it
// returns.
func (tr *trainer) prepareFold(t *dataset.Table, recipe dataset.Recipe, rows dataset.Fold) (*dataset.Data, error) {
	f := fold{rows: rows}
	var err error
	if tr.preparation, f.train, f.held, err = recipe.FitFold(t, rows); err != nil {
		return nil, fmt.Errorf("the rows to train with: %w", err)
	}
	tr.folds = []fold{f}
	return f.train, nil
}

// prepareAll prepares the rows of folds by the whole table, whose rows it
// returns.
func (tr *trainer) prepareAll(t *dataset.Table, recipe dataset.Recipe, folds []dataset.Fold) (*dataset.Data, error) {
	var err error
	if tr.preparation, err = recipe.Fit(t); err != nil {
		return nil, err
	}
	data, err := tr.preparation.Data(t)
	if err != nil {
		return nil, err
	}
	if judges := tr.opts.Validation.Table(); judges != nil {
		held, err := tr.preparation.Data(judges)
		if err != nil {
			return nil, fmt.Errorf("the table of HoldOutTable: %w", err)
		}
		rows := folds[0]
		for i := range held.Rows() {
			rows.Test = append(rows.Test, i)
		}
		tr.folds = []fold{{rows: rows, train: data, held: held}}
		return data, nil
	}
	for _, rows := range folds {
		f := fold{rows: rows}
		if f.train, err = data.Subset(rows.Train); err != nil {
			return nil, err
		}
		if f.held, err = data.Subset(rows.Test); err != nil {
			return nil, err
		}
		tr.folds = append(tr.folds, f)
	}
	return data, nil
}

// classesOf returns the class of each row, by its place among the sorted names of
// the classes, or nil where rows do not have one of several classes.
func classesOf(t *dataset.Table, target dataset.Target, p *dataset.Preparation) ([]int, error) {
	if !target.Exclusive() {
		return nil, nil
	}
	d, err := p.Data(t)
	if err != nil {
		return nil, err
	}
	class, err := d.Labels()
	if err != nil {
		return nil, err
	}
	sorted := slices.Sorted(slices.Values(d.Classes))
	for i, c := range class {
		class[i], _ = slices.BinarySearch(sorted, d.Classes[c])
	}
	return class, nil
}

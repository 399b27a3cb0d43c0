package tabular

import (
	"fmt"

	"example.com/mlp/dataset"
)

// prepare deals the rows of a table out into folds and prepares them by what the
// rows to train with show.
func (tr *trainer) prepare(t *dataset.Table, recipe dataset.Recipe) error {
	whole, err := recipe.Fit(t) // finds mistakes in all rows
	if err != nil {
		return err
	}
	class, classes, err := classesOf(t, recipe.Target, whole)
	if err != nil {
		return err
	}
	validation := tr.opts.Validation
	rows, err := validation.split(t, class, classes, tr.opts.Seed)
	if err != nil {
		return err
	}
	learned := t
	if len(rows) == 1 {
		if learned, err = t.Subset(rows[0].Train); err != nil {
			return err
		}
	}
	if tr.preparation, err = asInAll(recipe, whole).Fit(learned); err != nil {
		return fmt.Errorf("the rows to train with: %w", err)
	}
	data, err := tr.preparation.Data(t)
	if err != nil {
		return err
	}
	judges := data
	if validation.others != nil {
		if judges, err = tr.preparation.Data(validation.others); err != nil {
			return fmt.Errorf("the table of HoldOutTable: %w", err)
		}
	}
	for _, r := range rows {
		f := fold{rows: r}
		if f.train, err = data.Subset(r.Train); err != nil {
			return err
		}
		if f.held, err = judges.Subset(r.Test); err != nil {
			return err
		}
		if train, held := f.train.Rows(), f.held.Rows(); min(train, held) < 2 {
			return fmt.Errorf("Options.Validation leaves %d rows to train with and %d that judge, want at least 2 of each", train, held)
		}
		for _, row := range r.Train {
			if w := tr.opts.Weights; w != nil {
				f.weights = append(f.weights, w[row])
			}
		}
		tr.folds = append(tr.folds, f)
	}
	if len(rows) == 1 {
		data = tr.folds[0].train
	}
	tr.task, err = newTask(recipe.Target, data)
	return err
}

// classesOf returns the class of each row and how many there are; 0 and 1 if
// rows do not have one of several classes.
func classesOf(t *dataset.Table, target dataset.Target, p *dataset.Preparation) (class []int, classes int, err error) {
	if !target.Exclusive() {
		return make([]int, t.Rows()), 1, nil
	}
	d, err := p.Data(t)
	if err != nil {
		return nil, 0, err
	}
	class, err = d.Labels()
	return class, len(d.Classes), err
}

package tabular

import (
	"errors"
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
	rows, err := tr.opts.Validation.Folds(t, class, tr.opts.Seed)
	if err != nil {
		return fmt.Errorf("Options.Validation: %w", err)
	}
	if tr.inTime(rows) || len(rows) == 1 && tr.opts.Validation.Table() == nil {
		err = tr.prepareEach(t, recipe, whole, rows)
	} else {
		err = tr.prepareAll(t, nameColumns(recipe, whole, t), rows)
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
	tr.task = newTask(recipe.Target, tr.folds[0].train, tr.opts.LabelSmoothing)
	if tr.task.numbers && tr.opts.LabelSmoothing != 0 {
		return errors.New("Options.LabelSmoothing is for a target of classes or labels")
	}
	return nil
}

// inTime reports whether each fold trains with all rows before those that judge.
func (tr *trainer) inTime(folds []dataset.Fold) bool {
	return tr.opts.Validation == dataset.CrossValidateTime(len(folds))
}

// prepareEach prepares the rows of each fold by its rows to train with. Only the
// networks of the last fold answer, which know the most.
func (tr *trainer) prepareEach(t *dataset.Table, recipe dataset.Recipe, whole *dataset.Preparation, folds []dataset.Fold) error {
	tr.answering = len(folds) - 1
	for _, rows := range folds {
		train, err := t.Subset(rows.Train)
		if err != nil {
			return err
		}
		f := fold{rows: rows}
		tr.recipe = nameColumns(recipe, whole, train)
		if tr.preparation, f.train, f.held, err = tr.recipe.FitFold(t, rows); err != nil {
			return fmt.Errorf("the %d rows to train with by %v: %w", len(rows.Train), tr.opts.Validation, err)
		}
		if f.scale, err = scaleOf(f.train); err != nil {
			return err
		}
		tr.folds = append(tr.folds, f)
	}
	return nil
}

// prepareAll prepares the rows of folds by the whole table.
func (tr *trainer) prepareAll(t *dataset.Table, recipe dataset.Recipe, folds []dataset.Fold) error {
	var err error
	tr.recipe = recipe
	if tr.preparation, err = recipe.Fit(t); err != nil {
		return err
	}
	data, err := tr.preparation.Data(t)
	if err != nil {
		return err
	}
	scale, err := scaleOf(data)
	if err != nil {
		return err
	}
	if judges := tr.opts.Validation.Table(); judges != nil {
		held, err := tr.preparation.Data(judges)
		if err != nil {
			return fmt.Errorf("the table of HoldOutTable: %w", err)
		}
		rows := folds[0]
		for i := range held.Rows() {
			rows.Test = append(rows.Test, i)
		}
		tr.folds = []fold{{rows: rows, train: data, held: held, scale: scale}}
		return nil
	}
	for _, rows := range folds {
		f := fold{rows: rows, scale: scale}
		if f.train, err = data.Subset(rows.Train); err != nil {
			return err
		}
		if f.held, err = data.Subset(rows.Test); err != nil {
			return err
		}
		tr.folds = append(tr.folds, f)
	}
	return nil
}

// scaleOf returns the scaling of the targets of d, nil if these are not numbers.
func scaleOf(d *dataset.Data) (*mlp.Normalization, error) {
	if d.Classes != nil {
		return nil, nil
	}
	_, units := d.Y.Dims()
	scale := mlp.NewNormalization(units)
	return scale, scale.Adapt(d.Y)
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

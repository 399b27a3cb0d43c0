package dataset

import (
	"errors"
	"fmt"
	"math"
)

// trainingRows are the rows of a Training.
type trainingRows struct {
	train      *Table
	weights    []float64 // of the rows of train, or nil
	validation *Table    // nil without
}

// subset returns rows of train, and their weights, to train with.
func (r trainingRows) subset(rows []int) (trainingRows, error) {
	train, err := r.train.subset(rows)
	if err != nil {
		return r, err
	}
	r.train = train
	if r.weights != nil {
		weights := make([]float64, len(rows))
		for i, row := range rows {
			weights[i] = r.weights[row]
		}
		r.weights = weights
	}
	return r, nil
}

// divide deals out the rows of a fold of the table, or of all of it.
func (t Training) divide(table *Table, fold *Fold) (trainingRows, error) {
	r := trainingRows{train: table, weights: t.Options.SampleWeights}
	if err := table.check(); err != nil {
		return r, err
	}
	if err := t.check(fold); err != nil {
		return r, err
	}
	if n := len(r.weights); r.weights != nil && n != table.Rows() {
		return r, fmt.Errorf("SampleWeights has %d entries, the table has %d rows", n, table.Rows())
	}
	if fold != nil {
		var err error
		if err := fold.checkValidation(); err != nil {
			return r, err
		}
		if len(fold.Validation) > 0 {
			if r.validation, err = table.subset(fold.Validation); err != nil {
				return r, fmt.Errorf("fold.Validation: %w", err)
			}
		}
		if r, err = r.subset(fold.Train); err != nil {
			return r, fmt.Errorf("fold.Train: %w", err)
		}
		if err := table.checkApart(fold.Train, fold.Validation); err != nil {
			return r, err
		}
	}
	held, err := t.hold(r.train)
	switch {
	case err != nil:
		return r, err
	case t.Validation.Table() != nil:
		r.validation = t.Validation.Table()
		return r, nil
	case held == nil:
		return r, nil
	}
	if r.validation, err = r.train.subset(held.Test); err != nil {
		return r, err
	}
	return r.subset(held.Train)
}

// checkValidation returns an error for a row to train with that validates, too.
func (f *Fold) checkValidation() error {
	train := make(map[int]bool, len(f.Train))
	for _, row := range f.Train {
		train[row] = true
	}
	for _, row := range f.Validation {
		if train[row] {
			return fmt.Errorf("the fold has row %d in Train and in Validation", row)
		}
	}
	return nil
}

// check returns an error for fields that contradict the target or each other.
func (t Training) check(fold *Fold) error {
	if t.Recipe.Target.learner == nil {
		return errors.New("the recipe had no target")
	}
	if t.Balanced && !t.Recipe.Target.Exclusive() {
		return errors.New("the field Balanced is for a target of classes, of which each row has one")
	}
	if t.Validation.crosses() {
		return fmt.Errorf("Validation is %v, which takes several trainings: selection.OutOfFold has them", t.Validation)
	}
	var ways []string // that say which rows validate
	if t.Validation != (Validation{}) {
		ways = append(ways, fmt.Sprintf("Validation is %v", t.Validation))
	}
	if fold != nil && len(fold.Validation) > 0 {
		ways = append(ways, fmt.Sprintf("fold.Validation has %d rows", len(fold.Validation)))
	}
	if t.Options.Validation != nil {
		ways = append(ways, "Options.Validation is given")
	}
	if share := t.Options.ValidationSplit; share != 0 {
		ways = append(ways, fmt.Sprintf("Options.ValidationSplit is %g", share))
	}
	if len(ways) > 1 {
		return fmt.Errorf("%s and %s, want one", ways[0], ways[1])
	}
	return nil
}

// hold returns the rows to train with and those that are held out, nil if none
// are.
func (t Training) hold(table *Table) (*Fold, error) {
	share := t.Options.ValidationSplit
	if share == 0 && t.Validation == (Validation{}) {
		return nil, nil
	}
	class, classes, err := t.Recipe.classesOf(table)
	if err != nil {
		return nil, err
	}
	if share != 0 {
		held, err := splitShare(share, class, classes, t.Options.Seed)
		if err != nil {
			return nil, err
		}
		return held, table.checkApart(held.Train, held.Test)
	}
	folds, err := t.Validation.folds(table, class, t.Seed)
	if err != nil {
		return nil, fmt.Errorf("Validation: %w", err)
	}
	return &folds[0], nil
}

// splitShare draws the share of the rows for FitOptions.ValidationSplit, rounded
// up, and of each class its share of these.
func splitShare(share float64, class []int, classes int, seed uint64) (*Fold, error) {
	if !(share > 0 && share < 1) {
		return nil, fmt.Errorf("ValidationSplit is %g, want a number in (0, 1)", share)
	}
	rows := len(class)
	size := int(math.Ceil(share * float64(rows)))
	if size == rows {
		return nil, fmt.Errorf("ValidationSplit %g of %d rows leaves none to train", share, rows)
	}
	f := holdOutRows(newRand(seed), class, classes, size)
	return &f, nil
}

// classesOf returns the class of each row by the cell of its target, where that is
// one of classes, else 0, and the number of classes.
func (r Recipe) classesOf(t *Table) (class []int, classes int, err error) {
	labels := make([]string, t.Rows())
	if r.Target.Exclusive() {
		if labels, err = t.texts(r.Target.learner.columns()[0]); err != nil {
			return nil, 0, err
		}
	}
	class, names := encodeLabels(labels)
	return class, len(names), nil
}

package dataset

import (
	"errors"
	"fmt"
	"slices"
)

// Head returns the first rows of the table, all if it has no more.
//
// It is an error to ask for less than one row.
func (t *Table) Head(rows int) (*Table, error) {
	head, err := t.head(rows)
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.Head: %w", err)
	}
	return head, nil
}

func (t *Table) head(rows int) (*Table, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if rows < 1 {
		return nil, fmt.Errorf("%d rows, want at least 1", rows)
	}
	return t.subset(span(0, min(rows, t.Rows())))
}

// Split deals the rows at random into two tables, as the function [Split] does:
// test gets the share opts.Test of them, a quarter by default, and train the
// others. For three tables, [Table.Parts] takes what the function returns.
//
// The errors are those of the function, and that opts.Validation is not 0.
func (t *Table) Split(opts SplitOptions) (train, test *Table, err error) {
	train, test, err = t.split(opts, func() (Fold, error) { return opts.split(t.Rows(), "rows") })
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Table.Split: %w", err)
	}
	return train, test, nil
}

// StratifiedSplit is Split with the proportions of the classes kept, as by the
// function [StratifiedSplit]. The classes are the texts of the column.
func (t *Table) StratifiedSplit(column string, opts SplitOptions) (train, test *Table, err error) {
	train, test, err = t.split(opts, func() (Fold, error) {
		classes, err := t.texts(column)
		if err != nil {
			return Fold{}, err
		}
		return stratifiedSplit(classes, opts)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Table.StratifiedSplit: %w", err)
	}
	return train, test, nil
}

// GroupSplit is Split with all rows of a group in the same table, as by the
// function [GroupSplit]. The groups are the texts of the column. An empty cell is
// an error: such rows need not belong together.
func (t *Table) GroupSplit(column string, opts SplitOptions) (train, test *Table, err error) {
	train, test, err = t.split(opts, func() (Fold, error) {
		groups, err := t.groups(column)
		if err != nil {
			return Fold{}, err
		}
		return groupSplit(groups, opts)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Table.GroupSplit: %w", err)
	}
	return train, test, nil
}

// split returns the tables of two parts of a fold.
func (t *Table) split(opts SplitOptions, deal func() (Fold, error)) (train, test *Table, err error) {
	if err := t.check(); err != nil {
		return nil, nil, err
	}
	if err := opts.checkTwo(); err != nil {
		return nil, nil, err
	}
	fold, err := deal()
	if err != nil {
		return nil, nil, err
	}
	train, _, test, err = t.parts(fold)
	return train, test, err
}

// checkTwo returns an error if there are more than two parts.
func (o SplitOptions) checkTwo() error {
	if o.Validation != 0 {
		return fmt.Errorf("there are two parts, none for a Validation of %g: the function Split makes three, and Table.Parts tables of them", o.Validation)
	}
	return nil
}

// Parts returns the tables of the rows of a fold, in its order. A part without
// rows is nil. It is an error if the table does not have a row, or if the fold has
// none at all.
func (t *Table) Parts(fold Fold) (train, validation, test *Table, err error) {
	train, validation, test, err = t.parts(fold)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("dataset: Table.Parts: %w", err)
	}
	return train, validation, test, nil
}

func (t *Table) parts(fold Fold) (train, validation, test *Table, err error) {
	if err := t.check(); err != nil {
		return nil, nil, nil, err
	}
	if len(fold.Train)+len(fold.Validation)+len(fold.Test) == 0 {
		return nil, nil, nil, errors.New("the fold has no rows")
	}
	part := func(name string, rows []int) *Table {
		if err != nil || len(rows) == 0 {
			return nil
		}
		var p *Table
		if p, err = t.subset(rows); err != nil {
			err = fmt.Errorf("fold.%s: %w", name, err)
		}
		return p
	}
	train, validation, test = part("Train", fold.Train), part("Validation", fold.Validation), part("Test", fold.Test)
	return train, validation, test, err
}

// KFold deals the rows into folds for cross-validation, as the function [KFold]
// does. [Table.Parts] makes tables of a fold.
func (t *Table) KFold(opts FoldOptions) ([]Fold, error) {
	folds, err := t.fold(func() ([]Fold, error) { return kFold(t.Rows(), opts) })
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.KFold: %w", err)
	}
	return folds, nil
}

// StratifiedKFold is KFold with the proportions of the classes kept, as by the
// function [StratifiedKFold]. The classes are the texts of the column.
func (t *Table) StratifiedKFold(column string, opts FoldOptions) ([]Fold, error) {
	folds, err := t.fold(func() ([]Fold, error) {
		classes, err := t.texts(column)
		if err != nil {
			return nil, err
		}
		return stratifiedKFold(classes, opts)
	})
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.StratifiedKFold: %w", err)
	}
	return folds, nil
}

// GroupKFold is KFold with all rows of a group in the Test of the same fold, as by
// the function [GroupKFold]. The groups are the texts of the column, of which an
// empty one is an error.
func (t *Table) GroupKFold(column string, opts FoldOptions) ([]Fold, error) {
	folds, err := t.fold(func() ([]Fold, error) {
		groups, err := t.groups(column)
		if err != nil {
			return nil, err
		}
		return groupKFold(groups, opts)
	})
	if err != nil {
		return nil, fmt.Errorf("dataset: Table.GroupKFold: %w", err)
	}
	return folds, nil
}

func (t *Table) fold(deal func() ([]Fold, error)) ([]Fold, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return deal()
}

// groups returns the texts of a column, none of which is empty.
func (t *Table) groups(column string) ([]string, error) {
	groups, err := t.texts(column)
	if err != nil {
		return nil, err
	}
	if i := slices.Index(groups, ""); i >= 0 {
		return nil, t.at(i, slices.Index(t.header, column), errors.New("the cell is empty, so that the row has no group"))
	}
	return groups, nil
}

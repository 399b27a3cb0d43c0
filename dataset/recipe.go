package dataset

import (
	"errors"
	"fmt"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// A Recipe says how the rows of a table become rows of numbers. The zero value
// has no target and treats each column by what its cells hold:
//
//	numbers only                 one feature, scaled to mean 0 and standard deviation 1
//	true, false, yes, no only    one feature of 0 and 1
//	other text only              a feature a name, one-hot
//
// These columns are ambiguous. They are an error, which suggests how to name them
// in Columns:
//
//	numbers mixed with text, as after a typing mistake
//	numbers in another notation, such as 10,5, $10, 10% or 0x1F
//	numbers with leading zeros, such as 02134, which may be codes
//	dates and times
//	at least 20 different names, more than 90 % of the number of rows: identifiers or free text
//
// A missing cell is an error, too, until Impute says what stands in for it.
//
// Fit learns from training rows what that takes, in a [Preparation]. The
// methods only read the recipe and are safe for concurrent use while nobody
// writes to the fields.
type Recipe struct {
	// Target says which columns are to be predicted. The zero value is none.
	Target Target

	// Columns are the columns that are treated in another way.
	Columns []Column

	// Numeric, Boolean and Categorical say how the columns that are not in
	// Columns are treated if they are found to be such: Numeric{Impute: Median},
	// for example, fills the gaps in all columns of numbers. Their field Column
	// must be empty.
	Numeric     Numeric
	Boolean     Boolean
	Categorical Categorical

	// Impute says what stands in for missing cells of these columns, of all kinds at
	// once, whether or not the training rows have any; Numeric, Boolean and
	// Categorical may say something else. Mean and Median are for numbers, with which
	// names and truth values get the most frequent one; MostFrequent is for all, and
	// AsUnknown for names and truth values alone. Constant is an error, since each
	// kind needs its own. Columns are not concerned.
	Impute Imputation

	// SmoothFlags scales the features that are 0, 1 or −1 by SmoothClip as well:
	// those of names and truth values and the flags of missing cells, but not codes.
	SmoothFlags bool

	// Missing are the cells that mean a missing value, as they appear in the
	// table. Spaces around them are ignored, and a number stands for all cells with
	// the same number: "-999" includes -999.0. The empty cell always means a
	// missing value.
	//
	// nil means the texts that pandas reads as missing, and "?": "", "NA", "N/A",
	// "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>", "#N/A",
	// "#N/A N/A", "#NA", "?", "1.#IND", "-1.#IND", "1.#QNAN" and "-1.#QNAN". Set it
	// if one of them is a name, such as NA for Namibia. A printed Preparation
	// shows how many cells were filled.
	Missing []string
}

// Fit learns from all rows of the table, which should be training rows only:
// which columns there are and of what kind, their categories, scaling and
// values for missing cells, and the classes of the target.
//
// Every error names the file and line, as far as known, and the column; where
// several columns are wrong, it has a line for each. Errors are a column that does not exist, is named twice or is the target; a cell
// that its column does not take; a missing cell without an Impute; a table
// without features; a target that is the same in all rows or missing in one.
func (r Recipe) Fit(train *Table) (*Preparation, error) {
	p, err := r.fit(train)
	if err != nil {
		return nil, fmt.Errorf("dataset: Recipe.Fit: %w", err)
	}
	return p, nil
}

// FitFold learns from the rows fold.Train of the table and returns these and
// the rows fold.Test prepared. Those of fold.Validation, where there are any,
// are for Table.Subset and Preparation.Data. The classes of the target are those
// of the whole table, which are the same in all folds, whether or not a rare one
// is among the rows to train with. Its errors are those of Fit and of these two.
func (r Recipe) FitFold(t *Table, fold Fold) (p *Preparation, train, test *Data, err error) {
	p, train, test, err = r.fitFold(t, fold)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("dataset: Recipe.FitFold: %w", err)
	}
	return p, train, test, nil
}

func (r Recipe) fitFold(t *Table, fold Fold) (p *Preparation, train, test *Data, err error) {
	trainRows, err := t.subset(fold.Train)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("fold.Train: %w", err)
	}
	testRows, err := t.subset(fold.Test)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("fold.Test: %w", err)
	}
	if p, err = r.fitWithin(t, trainRows); err != nil {
		return nil, nil, nil, err
	}
	if train, err = p.data(trainRows); err != nil {
		return nil, nil, nil, err
	}
	if test, err = p.data(testRows); err != nil {
		return nil, nil, nil, err
	}
	return p, train, test, nil
}

func (r Recipe) fit(t *Table) (*Preparation, error) { return r.fitWithin(t, t) }

// fitWithin learns from rows t of a table, whose target has all its classes.
func (r Recipe) fitWithin(whole, t *Table) (*Preparation, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	r, err := r.imputed()
	if err != nil {
		return nil, err
	}
	p := &Preparation{missing: newMissing(r.Missing)}
	isTarget := make(map[int]bool) // by column
	if r.Target.learner != nil {
		names := r.Target.learner.columns()
		columns, err := t.targetColumns(names, p.missing)
		if err != nil {
			return nil, err
		}
		if p.target, err = r.fitTarget(whole, columns); err != nil {
			return nil, err
		}
		for _, c := range columns {
			isTarget[c.column] = true
		}
	}
	named, err := r.namedColumns(t, isTarget)
	if err != nil {
		return nil, err
	}
	var wrong []error // of columns
	for j, name := range t.header {
		if isTarget[j] {
			continue
		}
		cells := cells{t, j, p.missing}
		column := named[name]
		if column == nil {
			if column, err = r.infer(cells); err != nil {
				wrong = append(wrong, err)
				continue
			}
		}
		c, err := fitColumn(column, cells, r.SmoothFlags)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if c != nil {
			p.columns = append(p.columns, c)
		}
	}
	if err := joinSome(wrong); err != nil {
		return nil, err
	}
	if err := p.init(); err != nil {
		return nil, t.in(err)
	}
	return p, nil
}

// joinSome returns the errors of columns as one, with a line for each of the first
// ones; nil if there are none.
func joinSome(errs []error) error {
	const most = 10
	if more := len(errs) - most; more > 0 {
		errs = append(errs[:most:most], fmt.Errorf("and %s more", count(more, "column")))
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// fitTarget learns the target from its columns in the whole table, for all its
// classes, and checks that it varies in the rows to train with, which have the
// given columns.
func (r Recipe) fitTarget(whole *Table, columns []cells) (targetEncoder, error) {
	learned := columns
	if len(columns) == 1 && whole != columns[0].table {
		c := columns[0]
		learned = []cells{cells{whole, c.column, c.missing}.known()} // without rows that have no target
	}
	e, err := r.Target.fit(learned)
	if err != nil {
		return nil, err
	}
	return e, checkVaries(e, columns)
}

// namedColumns returns the columns that the recipe names.
func (r Recipe) namedColumns(t *Table, isTarget map[int]bool) (map[string]Column, error) {
	for _, c := range []Column{r.Numeric, r.Boolean, r.Categorical} {
		if c.name() != "" {
			return nil, fmt.Errorf("the %T of the recipe is for all such columns and must not name %s, which belongs into Columns", c, quote.Text(c.name()))
		}
	}
	named := make(map[string]Column)
	for i, c := range r.Columns {
		if matrix.IsNil(c) {
			return nil, fmt.Errorf("in Recipe.Columns[%d] is nil", i)
		}
		j, err := t.find(c.name())
		if err != nil {
			return nil, fmt.Errorf("in Recipe.Columns[%d]: %w", i, err)
		}
		if isTarget[j] {
			return nil, fmt.Errorf("in Recipe.Columns[%d]: %s is the target", i, quote.Text(c.name()))
		}
		if named[c.name()] != nil {
			return nil, fmt.Errorf("in Recipe.Columns[%d]: %s is named a second time", i, quote.Text(c.name()))
		}
		named[c.name()] = c
	}
	return named, nil
}

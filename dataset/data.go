package dataset

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// Data is a table ready for a network: rows are samples.
//
// The methods only read the receiver. They are safe for concurrent use while
// nobody writes to the fields.
type Data struct {
	X *mat.Dense // the features, n×p
	Y *mat.Dense // the target, n×1 or, for Classes, labels and several Numbers, n×k

	Features []string  // names of the p columns of X
	Layout   []Feature // what these columns are, as Preparation.Layout, nil if there is none
	Target   string    // name of the target column, of the first if there are several
	Targets  []string  // names of all target columns

	// Classes holds the names of the classes: for a Classes target in the
	// order of the columns of Y, for a Binary target {negative, positive}. For
	// Labels and LabelSets it holds the names of the labels. It is nil for a
	// Numbers target.
	Classes []string
}

// Rows returns the number of samples, which is 0 where there is no X.
func (d *Data) Rows() int {
	if d == nil || d.X == nil {
		return 0
	}
	rows, _ := d.X.Dims()
	return rows
}

// Subset returns a copy of the given rows in the given order. A row may be
// named more than once, as in a bootstrap sample. The copy shares no memory
// with d.
//
// It is an error to name no row or one that does not exist, or to call Subset
// on Data whose X or Y is missing or whose X and Y differ in rows.
func (d *Data) Subset(rows []int) (*Data, error) {
	if err := d.checkSubset(rows); err != nil {
		return nil, fmt.Errorf("dataset: Data.Subset: %w", err)
	}
	return d.take(rows), nil
}

// Labels returns the class of every row, as an index into Classes: what
// StratifiedKFold and StratifiedSplit divide the rows by. It is an error if the
// target has no classes or Y is not as ReadCSV makes it for them.
func (d *Data) Labels() ([]int, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("dataset: Data.Labels: %w", err)
	}
	labels, err := d.rowClasses()
	if err != nil {
		return nil, fmt.Errorf("dataset: Data.Labels: %w", err)
	}
	return labels, nil
}

// take is Subset for rows that are known to exist.
func (d *Data) take(rows []int) *Data {
	return &Data{
		X:        takeRows(d.X, rows),
		Y:        takeRows(d.Y, rows),
		Features: slices.Clone(d.Features),
		Layout:   slices.Clone(d.Layout),
		Target:   d.Target,
		Targets:  slices.Clone(d.Targets),
		Classes:  slices.Clone(d.Classes),
	}
}

func takeRows(m *mat.Dense, rows []int) *mat.Dense {
	_, cols := m.Dims()
	taken := mat.NewDense(len(rows), cols, nil)
	for i, row := range rows {
		taken.SetRow(i, m.RawRowView(row))
	}
	return taken
}

func (d *Data) checkSubset(rows []int) error {
	if err := d.check(); err != nil {
		return err
	}
	return checkRows(rows, d.Rows(), "the data have")
}

// check returns an error unless X and Y hold the same number of rows.
func (d *Data) check() error {
	if d == nil {
		return errors.New("the data are nil")
	}
	if err := matrix.Check("X", d.X); err != nil {
		return err
	}
	if err := matrix.Check("Y", d.Y); err != nil {
		return err
	}
	x, _ := d.X.Dims()
	y, _ := d.Y.Dims()
	if x != y {
		return fmt.Errorf("the data have %d rows in X and %d in Y", x, y)
	}
	return nil
}

// rowClasses returns the index into d.Classes for every row.
func (d *Data) rowClasses() ([]int, error) {
	if len(d.Classes) == 0 {
		return nil, errors.New("the target has no classes")
	}
	if _, cols := d.Y.Dims(); max(2, cols) != len(d.Classes) { // one column is two classes
		return nil, fmt.Errorf("the data have %d columns in Y and %d classes", cols, len(d.Classes))
	}
	labels := make([]int, d.Rows())
	for i := range labels {
		var err error
		if labels[i], err = matrix.ClassOf(d.Y.RawRowView(i)); err != nil {
			return nil, fmt.Errorf("row %d of Y %w", i, err)
		}
	}
	return labels, nil
}

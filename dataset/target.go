package dataset

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

// A Target says which columns of a table are to be predicted and how their
// cells become the matrix Y. [Numbers], [NumbersIn], [Classes], [Binary], [Labels]
// and [LabelSets] make one; the zero value is none.
//
// A Target does not change: it may be used any number of times and from
// several goroutines at once.
type Target struct{ learner targetLearner }

// Exclusive reports whether each row has exactly one of two or more classes, as
// with Classes and Binary. Numbers, labels and the zero Target are not exclusive.
func (t Target) Exclusive() bool { return t.learner != nil && t.learner.stratified() }

// A targetLearner learns from the columns of a target in the training rows how
// they are encoded.
type targetLearner interface {
	// columns returns the names of the columns.
	columns() []string

	// check returns the mistake made in describing the target, if there is one.
	check() error

	// stratified reports whether the rows with the same cells are a class, which
	// has its share in each part of a split.
	stratified() bool

	// learn returns what was learned from the cells of the columns.
	learn(columns []cells) (targetEncoder, error)

	// summary returns what learns from rows one after the other.
	summary() targetSummary
}

// A targetEncoder turns the cells of the columns of a target into rows of Y. It
// does not change and is safe for concurrent use.
type targetEncoder interface {
	// columns returns the names of the columns.
	columns() []string

	// width returns the number of columns of Y.
	width() int

	// classes returns the names of the classes or labels, nil for numbers.
	classes() []string

	// encode stores the targets of a row, whose cells are in the columns, in
	// dst, which holds zeros.
	encode(dst []float64, columns []cells, row int) error

	// answerer returns what makes predictions of what the network says. It is
	// not ok if the network is not for such targets.
	answerer(net mlp.Network) (a answerer, ok bool)

	// save returns what a file holds.
	save() savedTarget
}

// An answerer makes predictions of what a network says.
type answerer interface {
	asker

	// frozen returns what asks the Predictor of the network in its place.
	frozen(p *mlp.Predictor) asker

	// size returns how many numbers a prediction keeps: probabilities or values.
	size() int

	// answer returns the prediction for a sample about which the network has
	// said this. It keeps numbers, memory for as many as size says.
	answer(said, numbers []float64) Prediction

	// answers returns what a report compares with targets, and judge what compares
	// it with the targets y; a calibration curve has this many bins.
	answers(x mat.Matrix) (answers, error)
	judge(y *mat.Dense, bins int) judge
}

// An asker asks a network.
type asker interface {
	// ask returns what the network says about the samples x, askRow stores in
	// dst, which has the width of the target, what it says about a single one.
	ask(x mat.Matrix) (*mat.Dense, error)
	askRow(dst, x []float64) error
}

// predictions asks for what the network predicts.
type predictions struct{ net mlp.Network }

func (p predictions) ask(x mat.Matrix) (*mat.Dense, error) { return p.net.Predict(x) }
func (p predictions) askRow(dst, x []float64) error        { return p.net.PredictRow(dst, x) }

// probabilities asks for the probabilities of classes or labels.
type probabilities struct{ net classifier }

func (p probabilities) ask(x mat.Matrix) (*mat.Dense, error) { return p.net.Probabilities(x) }
func (p probabilities) askRow(dst, x []float64) error        { return p.net.ProbabilitiesRow(dst, x) }

// A classifier is a network that chooses between classes, or labels.
type classifier interface {
	mlp.Network
	Probabilities(x mat.Matrix) (*mat.Dense, error)
	ProbabilitiesRow(dst, x []float64) error
}

// A decider is a classifier that answers yes where the probability, or the
// margin, is at least a threshold.
type decider interface {
	classifier
	Threshold() float64
}

// asDecider returns the network as a decider. margins tells whether it has
// margins in place of probabilities.
func asDecider(net mlp.Network) (d decider, margins, ok bool) {
	task := net.Loss().Task()
	d, ok = net.(decider)
	return d, task == mlp.Margin, ok && (task == mlp.Binary || task == mlp.Margin)
}

// fit learns the target from its columns.
func (t Target) fit(columns []cells) (targetEncoder, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return t.learner.learn(columns)
}

// check returns the mistake made in describing the target, if there is one.
func (t Target) check() error {
	if t.learner == nil {
		return errors.New("the target is the zero Target, use Numbers, Classes, Binary, Labels or LabelSets")
	}
	return t.learner.check()
}

// encodeTarget returns Y for the columns of the target.
func encodeTarget(e targetEncoder, columns []cells) (*mat.Dense, error) {
	rows, width := columns[0].table.Rows(), e.width()
	if int64(rows)*int64(width) > math.MaxInt/8 {
		return nil, columns[0].atColumn(fmt.Errorf("%d classes are too many for %d rows", width, rows))
	}
	y := mat.NewDense(rows, width, nil)
	for i := range rows {
		if err := e.encode(y.RawRowView(i), columns, i); err != nil {
			return nil, err
		}
	}
	return y, nil
}

// checkVaries returns an error if the target is the same in all rows, or cannot
// be encoded in one.
func checkVaries(e targetEncoder, columns []cells) error {
	first, next := make([]float64, e.width()), make([]float64, e.width())
	if err := e.encode(first, columns, 0); err != nil {
		return err
	}
	varies := false
	for i := 1; i < columns[0].table.Rows(); i++ {
		clear(next)
		if err := e.encode(next, columns, i); err != nil {
			return err
		}
		varies = varies || !slices.Equal(first, next)
	}
	if varies {
		return nil
	}
	texts := make([]string, len(columns))
	for k, c := range columns {
		texts[k] = c.table.Cell(0, c.column)
	}
	return columns[0].atColumn(fmt.Errorf("the target is %s in every row, which leaves nothing to learn", quoteAll(texts)))
}

// targetColumns returns the cells of the columns of a target.
func (t *Table) targetColumns(names []string, missing *missingValues) ([]cells, error) {
	columns := make([]cells, len(names))
	for k, name := range names {
		j, err := t.find(name)
		if err != nil {
			return nil, err
		}
		columns[k] = cells{t, j, missing}
	}
	return columns, nil
}

// checkColumns returns an error unless there are at least least columns, all
// different.
func checkColumns(columns []string, least int) error {
	if len(columns) < least {
		return fmt.Errorf("%d columns, want at least %d", len(columns), least)
	}
	first := make(map[string]int, len(columns))
	for i, name := range columns {
		if j, ok := first[name]; ok {
			return fmt.Errorf("columns %d and %d are both %s", j+1, i+1, quote.Text(name))
		}
		first[name] = i
	}
	return nil
}

// checkNames returns an error unless there are at least two different names.
func checkNames(names []string) error {
	if len(names) == 1 {
		return fmt.Errorf("%s is the only class, want at least 2", quote.Text(names[0]))
	}
	first := make(map[string]int, len(names))
	for i, name := range names {
		if name == "" {
			return fmt.Errorf("name %d is empty", i+1)
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("names %d and %d are both %s", j+1, i+1, quote.Text(name))
		}
		first[name] = i
	}
	return nil
}

// targetCell returns the cell of a row, which must not be missing.
func targetCell(c cells, row int) (Cell, error) { return targetCellIn(nil, c, row) }

// targetCellIn is targetCell in a column whose numbers are written in this notation.
func targetCellIn(n *Notation, c cells, row int) (Cell, error) {
	cell := c.cell(row)
	if c.missing.cell(n, cell) {
		return Cell{}, c.at(row, missingTarget(cell))
	}
	return cell, nil
}

// missingTarget returns the error for a target cell that is missing.
func missingTarget(cell Cell) error {
	remedy := "a target must not be missing: Table.DropMissing leaves such rows out"
	if !newMissing(nil).cell(nil, cell) {
		remedy = "a target must not be missing: leave such rows out by Table.Subset"
	}
	if cell.String() == "" {
		return errors.New("the cell is empty, and " + remedy)
	}
	return fmt.Errorf("%s means a missing value, and %s", cell.quoted(), remedy)
}

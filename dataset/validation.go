package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stratify"
)

// A Validation says which rows judge: they are held out from a training, and
// choose the best epoch or the best network. The zero value holds out none, unless
// the user of a Validation says otherwise. A Validation is immutable and
// comparable with ==; mistakes in the arguments that it was made with are errors of
// its use.
type Validation struct{ dealer dealer }

// A dealer deals the rows of a table out, as Validation.Folds does. class has the
// class of each row, all 0 if there are none.
type dealer interface {
	fmt.Stringer
	deal(t *Table, class []int, classes int, seed uint64) ([]Fold, error)
}

// HoldOut holds out a share of the rows, above 0 and below 1, drawn at random. The
// share is rounded up, and each class gives its part of it. At least 2 rows have
// to judge and 2 to be left.
func HoldOut(share float64) Validation { return Validation{holdOut(share)} }

// HoldOutLast is HoldOut of the last rows, for tables in the order of time.
func HoldOutLast(share float64) Validation { return Validation{holdOutLast(share)} }

// HoldOutGroups holds out all rows of a share of the groups that a column names,
// such as the patients that samples are of. The share, above 0 and below 1, is
// rounded up to whole groups; at least one is left. The column is no input,
// whatever the recipe says about it. Rows without a cell there are one group.
func HoldOutGroups(column string, share float64) Validation {
	return Validation{holdOutGroups{column, share}}
}

// HoldOutTable lets the rows of another table judge, of which there are at least
// two. It has the columns of the first one, in any order; it may have others.
func HoldOutTable(judges *Table) Validation { return Validation{holdOutTable{judges}} }

// CrossValidate deals the rows out into k parts of at least 2 rows, at random and
// each with its share of the classes. Each part judges once, what was trained with
// the others.
func CrossValidate(k int) Validation { return Validation{crossValidate(k)} }

// CrossValidateGroups is CrossValidate with all rows of a group in the same part,
// as by [GroupKFold]. The column that names the groups is as with HoldOutGroups.
func CrossValidateGroups(column string, k int) Validation {
	return Validation{crossValidateGroups{column, k}}
}

// CrossValidateTime is for tables in the order of time. It deals the rows out into
// k+1 parts, as by [TimeSeriesSplit]: each but the first judges once, what was
// trained with all rows before it. The first part takes the rows that are left
// over.
func CrossValidateTime(k int) Validation { return Validation{crossValidateTime(k)} }

// Folds deals the rows of a table out: those to train with are in the Train of a
// fold, those that judge in its Test, and the rows of each part ascend. There is
// one fold, or k in cross-validation. The rows of HoldOutTable are those of Table,
// and Test is nil. Without a Validation, there is no fold.
//
// A row that a table of Subset has several times must not be in both parts, which
// is an error.
//
// labels have the class of each row, a number from 0 on, nil where there are no
// classes. The same seed gives the same folds.
func (v Validation) Folds(t *Table, labels []int, seed uint64) ([]Fold, error) {
	folds, err := v.folds(t, labels, seed)
	if err != nil {
		return nil, fmt.Errorf("dataset: Validation.Folds: %w", err)
	}
	return folds, nil
}

func (v Validation) folds(t *Table, labels []int, seed uint64) ([]Fold, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if v.dealer == nil {
		return nil, nil
	}
	if labels == nil {
		labels = make([]int, t.Rows())
	}
	if len(labels) != t.Rows() {
		return nil, fmt.Errorf("%d labels, the table has %d rows", len(labels), t.Rows())
	}
	class, classes := encodeLabels(labels)
	folds, err := v.dealer.deal(t, class, len(classes), seed)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", v.dealer, err)
	}
	for _, f := range folds {
		if err := t.checkApart(f.Train, f.Test); err != nil {
			return nil, fmt.Errorf("%v: %w", v.dealer, err)
		}
	}
	return folds, nil
}

// checkApart returns an error for a row that trains and is held out, as it can in
// a table that has it several times.
func (t *Table) checkApart(train, held []int) error {
	if t.rows == nil {
		return nil
	}
	trains := make(map[int]bool, len(train))
	for _, i := range train {
		trains[t.rows[i]] = true
	}
	for _, i := range held {
		if trains[t.rows[i]] {
			return t.in(fmt.Errorf("%s is in the table several times, to train with and held out: repeat rows after others are held out, for HoldOutTable", t.rowPlace(i)))
		}
	}
	return nil
}

// Table returns the table of HoldOutTable, nil with any other Validation.
func (v Validation) Table() *Table {
	d, _ := v.dealer.(holdOutTable)
	return d.judges
}

// Groups returns the column of HoldOutGroups or CrossValidateGroups, "" with any
// other Validation.
func (v Validation) Groups() string {
	switch d := v.dealer.(type) {
	case holdOutGroups:
		return d.column
	case crossValidateGroups:
		return d.column
	}
	return ""
}

// crosses reports whether v is one of cross-validation, which takes a training for
// each fold.
func (v Validation) crosses() bool {
	switch v.dealer.(type) {
	case crossValidate, crossValidateGroups, crossValidateTime:
		return true
	}
	return false
}

// String returns how the Validation was made, such as "HoldOut(0.2)", and "none"
// for the zero value.
func (v Validation) String() string {
	if v.dealer == nil {
		return "none"
	}
	return v.dealer.String()
}

type holdOut float64

func (d holdOut) String() string { return fmt.Sprintf("HoldOut(%g)", float64(d)) }

func (d holdOut) deal(t *Table, class []int, classes int, seed uint64) ([]Fold, error) {
	held, err := heldOut(float64(d), t.Rows(), "rows", 2)
	if err != nil {
		return nil, err
	}
	return []Fold{holdOutRows(dealing(seed), class, classes, held)}, nil
}

// holdOutRows draws so many rows for Test, of each class its share.
func holdOutRows(rng *rand.Rand, class []int, classes, held int) Fold {
	parts := stratify.Deal(rng.Perm(len(class)), class, classes, held)
	slices.Sort(parts[0])
	slices.Sort(parts[1])
	return Fold{Train: parts[1], Test: parts[0]}
}

type holdOutLast float64

func (d holdOutLast) String() string { return fmt.Sprintf("HoldOutLast(%g)", float64(d)) }

func (d holdOutLast) deal(t *Table, _ []int, _ int, _ uint64) ([]Fold, error) {
	held, err := heldOut(float64(d), t.Rows(), "rows", 2)
	if err != nil {
		return nil, err
	}
	first := t.Rows() - held
	return []Fold{{Train: span(0, first), Test: span(first, t.Rows())}}, nil
}

type holdOutGroups struct {
	column string
	share  float64
}

func (d holdOutGroups) String() string {
	return fmt.Sprintf("HoldOutGroups(%s, %g)", quote.Text(d.column), d.share)
}

func (d holdOutGroups) deal(t *Table, _ []int, _ int, seed uint64) ([]Fold, error) {
	groups, err := t.texts(d.column)
	if err != nil {
		return nil, err
	}
	_, names := encodeLabels(groups)
	if _, err := heldOut(d.share, len(names), "groups", 1); err != nil {
		return nil, err
	}
	f, err := groupSplit(groups, SplitOptions{Test: d.share, Seed: seed})
	return []Fold{f}, err
}

type holdOutTable struct{ judges *Table }

func (holdOutTable) String() string { return "HoldOutTable" }

func (d holdOutTable) deal(t *Table, _ []int, _ int, _ uint64) ([]Fold, error) {
	if rows := d.judges.Rows(); rows < 2 {
		return nil, fmt.Errorf("the table has fewer than 2 rows: %d", rows)
	}
	return []Fold{{Train: span(0, t.Rows())}}, nil
}

type crossValidate int

func (d crossValidate) String() string { return fmt.Sprintf("CrossValidate(%d)", int(d)) }

func (d crossValidate) deal(t *Table, class []int, classes int, seed uint64) ([]Fold, error) {
	k, rows := int(d), t.Rows()
	if k < 2 || k > rows/2 {
		return nil, fmt.Errorf("%d parts of %d rows, want at least 2 parts of at least 2 rows", k, rows)
	}
	rng := dealing(seed)
	return foldsOf(stratify.Folds(class, classes, k, func(folds []int) { shuffle(rng, folds) }), k), nil
}

type crossValidateGroups struct {
	column string
	k      int
}

func (d crossValidateGroups) String() string {
	return fmt.Sprintf("CrossValidateGroups(%s, %d)", quote.Text(d.column), d.k)
}

func (d crossValidateGroups) deal(t *Table, _ []int, _ int, seed uint64) ([]Fold, error) {
	groups, err := t.texts(d.column)
	if err != nil {
		return nil, err
	}
	if d.k < 2 {
		return nil, fmt.Errorf("%d parts, want at least 2", d.k)
	}
	return groupKFold(groups, FoldOptions{Folds: d.k, Seed: seed})
}

type crossValidateTime int

func (d crossValidateTime) String() string { return fmt.Sprintf("CrossValidateTime(%d)", int(d)) }

func (d crossValidateTime) deal(t *Table, _ []int, _ int, _ uint64) ([]Fold, error) {
	k, rows := int(d), t.Rows()
	if k < 2 || k > rows/2-1 {
		return nil, fmt.Errorf("%d parts and one before them of %d rows, want at least 2 parts of at least 2 rows", k, rows)
	}
	return TimeSeriesOptions{Folds: k}.split(rows)
}

// heldOut returns how many of n are held out, of which there must be at least
// the given number, and as many to train with.
func heldOut(share float64, n int, unit string, least int) (int, error) {
	if !(share > 0 && share < 1) {
		return 0, fmt.Errorf("the share is %g, want a number in (0, 1)", share)
	}
	held := int(math.Ceil(share * float64(n)))
	if held < least || held > n-least {
		return 0, fmt.Errorf("%d of %d %s are held out, want at least %d and as many to train with", held, n, unit, least)
	}
	return held, nil
}

// dealing returns the generator that deals rows out for a Validation.
func dealing(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

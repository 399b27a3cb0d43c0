package tabular

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/stratify"
)

// A Validation says which rows judge. They are held out from the training, and
// choose the best epoch of each network and the networks whose mean answers. The
// zero value is HoldOut(0.2). A Validation is immutable; Fit reports mistakes in
// the arguments that it was made with.
type Validation struct {
	name   string
	split  splitter
	others *dataset.Table // of the rows that judge, if it is another one
	column string         // that is no input
}

// A splitter deals the rows of a table out. class has the class of each row,
// all 0 if there are none.
type splitter func(t *dataset.Table, class []int, classes int, seed uint64) ([]dataset.Fold, error)

// HoldOut holds out a share of the rows, above 0 and below 1, drawn at random. The
// share is rounded up, and each class gives its part of it. At least 2 rows have
// to judge and 2 to be left.
func HoldOut(share float64) Validation {
	return Validation{
		name: fmt.Sprintf("HoldOut(%g)", share),
		split: func(t *dataset.Table, class []int, classes int, seed uint64) ([]dataset.Fold, error) {
			held, err := heldOut(share, t.Rows(), "rows", 2)
			if err != nil {
				return nil, err
			}
			parts := stratify.Deal(newRand(seed).Perm(t.Rows()), class, classes, held)
			return []dataset.Fold{{Train: sorted(parts[1]), Test: sorted(parts[0])}}, nil
		},
	}
}

// HoldOutLast is HoldOut of the last rows, for tables in the order of time.
func HoldOutLast(share float64) Validation {
	return Validation{
		name: fmt.Sprintf("HoldOutLast(%g)", share),
		split: func(t *dataset.Table, _ []int, _ int, _ uint64) ([]dataset.Fold, error) {
			held, err := heldOut(share, t.Rows(), "rows", 2)
			if err != nil {
				return nil, err
			}
			first := t.Rows() - held
			return []dataset.Fold{{Train: span(0, first), Test: span(first, t.Rows())}}, nil
		},
	}
}

// HoldOutGroups holds out all rows of a share of the groups that a column names,
// such as the patients that samples are of. The share, above 0 and below 1, is
// rounded up to whole groups; at least one is left. The column is no input,
// whatever Options.Recipe says about it. Rows without a cell there are one group.
func HoldOutGroups(column string, share float64) Validation {
	return Validation{
		name:   fmt.Sprintf("HoldOutGroups(%q, %g)", column, share),
		column: column,
		split: func(t *dataset.Table, _ []int, _ int, seed uint64) ([]dataset.Fold, error) {
			groups, err := t.Column(column)
			if err != nil {
				return nil, err
			}
			if _, err := heldOut(share, len(slices.Compact(sorted(groups))), "groups", 1); err != nil {
				return nil, err
			}
			f, err := dataset.GroupSplit(groups, dataset.SplitOptions{Test: share, Seed: seed})
			return []dataset.Fold{f}, err
		},
	}
}

// HoldOutTable lets the rows of another table judge, of which there are at least
// two. It has the columns of the first one, in any order; it may have others.
func HoldOutTable(judges *dataset.Table) Validation {
	return Validation{
		name:   "HoldOutTable",
		others: judges,
		split: func(t *dataset.Table, _ []int, _ int, _ uint64) ([]dataset.Fold, error) {
			if judges.Rows() < 2 {
				return nil, errors.New("Options.Validation is HoldOutTable of fewer than 2 rows")
			}
			return []dataset.Fold{{Train: span(0, t.Rows()), Test: span(0, judges.Rows())}}, nil
		},
	}
}

// CrossValidate deals the rows out into k parts of at least 2 rows, at random and
// each with its share of the classes. Each network is trained k times, each time
// without one of the parts, which judges, and the mean of the k networks answers
// (bagging). That takes k times as long to train and to answer, and gives better
// answers than HoldOut, most of all where rows are few.
//
// How columns are prepared, and how numbers that are predicted are scaled, is
// learned from all rows.
func CrossValidate(k int) Validation {
	return Validation{
		name: fmt.Sprintf("CrossValidate(%d)", k),
		split: func(t *dataset.Table, class []int, classes int, seed uint64) ([]dataset.Fold, error) {
			rows := t.Rows()
			if k < 2 || k > rows/2 {
				return nil, fmt.Errorf("Options.Validation is CrossValidate(%d) of %d rows, want at least 2 parts of at least 2 rows", k, rows)
			}
			rng := newRand(seed)
			fold := stratify.Folds(class, classes, k, func(folds []int) {
				rng.Shuffle(len(folds), func(i, j int) { folds[i], folds[j] = folds[j], folds[i] })
			})
			folds := make([]dataset.Fold, k)
			for row, out := range fold {
				for i := range folds {
					if f := &folds[i]; i == out {
						f.Test = append(f.Test, row)
					} else {
						f.Train = append(f.Train, row)
					}
				}
			}
			return folds, nil
		},
	}
}

// String returns how the Validation was made, such as "HoldOut(0.2)".
func (v Validation) String() string { return cmp.Or(v.name, usualValidation.name) }

var usualValidation = HoldOut(0.2)

// orUsual returns v, or what its zero value means.
func (v Validation) orUsual() Validation {
	if v.split == nil {
		return usualValidation
	}
	return v
}

// heldOut returns how many of n are held out, of which there must be at least
// the given number, and as many to train with.
func heldOut(share float64, n int, unit string, least int) (int, error) {
	if !(share > 0 && share < 1) {
		return 0, fmt.Errorf("Options.Validation holds out the share %g, want a number in (0, 1)", share)
	}
	held := int(math.Ceil(share * float64(n)))
	if held < least || held > n-least {
		return 0, fmt.Errorf("Options.Validation holds out %d of %d %s, want at least %d and as many to train with", held, n, unit, least)
	}
	return held, nil
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func sorted[T cmp.Ordered](s []T) []T {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

// span returns the numbers from lo up to hi.
func span(lo, hi int) []int {
	s := make([]int, hi-lo)
	for i := range s {
		s[i] = lo + i
	}
	return s
}

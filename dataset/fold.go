package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"example.com/mlp/internal/stratify"
)

// A Fold names the rows, by their numbers from 0, of the parts of some data:
// those to train with, those to choose settings by, and those to test with.
// No row is in two parts.
type Fold struct {
	Train, Validation, Test []int
}

// FoldOptions says how cross-validation deals the rows. The zero value deals
// them into five folds.
type FoldOptions struct {
	Folds     int    // 0 means 5
	Seed      uint64 // the same seed gives the same folds
	KeepOrder bool   // take the rows in their order instead of at random
}

func (o FoldOptions) folds(rows int, unit string) (int, error) {
	k := cmp.Or(o.Folds, 5)
	if k < 2 {
		return 0, fmt.Errorf("%d folds, want at least 2", k)
	}
	if k > rows {
		return 0, fmt.Errorf("%d folds of %d %s, want at most as many folds as %[3]s", k, rows, unit)
	}
	if rows > math.MaxInt32 {
		return 0, fmt.Errorf("%d %s, at most %d are possible", rows, unit, math.MaxInt32)
	}
	return k, nil
}

// KFold deals the given number of rows into folds for cross-validation. Each
// row is in the Test of one fold and in the Train of all others, and the sizes
// of Test differ by one row at most. With KeepOrder each Test is a block of
// neighbours, as with scikit-learn's KFold. The rows of each part ascend.
//
// It is an error to ask for less than two folds or for more than there are
// rows.
func KFold(rows int, opts FoldOptions) ([]Fold, error) {
	folds, err := kFold(rows, opts)
	if err != nil {
		return nil, fmt.Errorf("dataset: KFold: %w", err)
	}
	return folds, nil
}

func kFold(rows int, opts FoldOptions) ([]Fold, error) {
	k, err := opts.folds(rows, "rows")
	if err != nil {
		return nil, err
	}
	fold := blocks(rows, k)
	if !opts.KeepOrder {
		shuffle(newRand(opts.Seed), fold)
	}
	return foldsOf(fold, k), nil
}

// StratifiedKFold is KFold with the proportions of the classes kept: each Test
// has its share of the rows of each class, rounded up or down. labels holds the
// class of each row. With KeepOrder the folds are those of scikit-learn's
// StratifiedKFold.
//
// Besides the errors of KFold, it is an error if a class has fewer rows than
// there are folds.
func StratifiedKFold[L cmp.Ordered](labels []L, opts FoldOptions) ([]Fold, error) {
	folds, err := stratifiedKFold(labels, opts)
	if err != nil {
		return nil, fmt.Errorf("dataset: StratifiedKFold: %w", err)
	}
	return folds, nil
}

func stratifiedKFold[L cmp.Ordered](labels []L, opts FoldOptions) ([]Fold, error) {
	k, err := opts.folds(len(labels), "rows")
	if err != nil {
		return nil, err
	}
	codes, names := encodeLabels(labels)
	rows := make([]int, len(names)) // of each class
	for _, class := range codes {
		rows[class]++
	}
	for _, class := range codes {
		if rows[class] < k {
			return nil, fmt.Errorf("class %s has %d rows, %d folds need at least as many", quoteLabel(names[class]), rows[class], k)
		}
	}
	rng := newRand(opts.Seed)
	fold := stratify.Folds(codes, len(names), k, func(folds []int) {
		if !opts.KeepOrder {
			shuffle(rng, folds)
		}
	})
	return foldsOf(fold, k), nil
}

// GroupKFold is KFold with all rows of a group, such as the samples of one
// patient, in the Test of the same fold. groups holds the group of each row.
// One group after the other, the largest first, goes to the fold with the
// fewest rows yet, the first of several. Groups of the same size are in random
// order; with KeepOrder in descending order, as with scikit-learn's GroupKFold.
//
// It is an error to ask for less than two folds or for more than there are
// groups.
func GroupKFold[G cmp.Ordered](groups []G, opts FoldOptions) ([]Fold, error) {
	folds, err := groupKFold(groups, opts)
	if err != nil {
		return nil, fmt.Errorf("dataset: GroupKFold: %w", err)
	}
	return folds, nil
}

func groupKFold[G cmp.Ordered](groups []G, opts FoldOptions) ([]Fold, error) {
	codes, names := encodeLabels(groups)
	k, err := opts.folds(len(names), "groups")
	if err != nil {
		return nil, err
	}
	size := make([]int, len(names))
	for _, group := range codes {
		size[group]++
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = len(order) - 1 - i
	}
	if !opts.KeepOrder {
		shuffle(newRand(opts.Seed), order)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size[b], size[a]) })

	rows := make([]int, k) // in each fold
	foldOf := make([]int, len(names))
	for _, group := range order {
		least := slices.Index(rows, slices.Min(rows))
		foldOf[group] = least
		rows[least] += size[group]
	}
	fold := make([]int, len(groups))
	for row, group := range codes {
		fold[row] = foldOf[group]
	}
	return foldsOf(fold, k), nil
}

// TimeSeriesOptions says how TimeSeriesSplit cuts. The zero value makes five
// folds.
type TimeSeriesOptions struct {
	Folds    int // 0 means 5
	TestSize int // rows of each Test; 0 means rows/(Folds+1), rounded down
	Gap      int // rows to leave out between Train and Test
	MaxTrain int // at most so many rows of Train, the last ones; 0 means no limit
}

// TimeSeriesSplit makes folds of rows that are in the order of time, so that
// each Test is later than its Train: the Test of the folds follow each other up
// to the last row, and each Train reaches from the first row, or from the last
// MaxTrain rows, up to Gap rows before its Test. The folds are those of
// scikit-learn's TimeSeriesSplit.
//
// It is an error if an option is negative or if no row is left for the first
// Train.
func TimeSeriesSplit(rows int, opts TimeSeriesOptions) ([]Fold, error) {
	folds, err := opts.split(rows)
	if err != nil {
		return nil, fmt.Errorf("dataset: TimeSeriesSplit: %w", err)
	}
	return folds, nil
}

func (o TimeSeriesOptions) split(rows int) ([]Fold, error) {
	if o.TestSize < 0 || o.Gap < 0 || o.MaxTrain < 0 {
		return nil, fmt.Errorf("TestSize is %d, Gap %d and MaxTrain %d, want none below 0", o.TestSize, o.Gap, o.MaxTrain)
	}
	k, err := FoldOptions{Folds: o.Folds}.folds(rows, "rows")
	if err != nil {
		return nil, err
	}
	size := o.TestSize
	if size == 0 {
		size = rows / (k + 1)
	}
	// Written so that nothing overflows.
	if size == 0 || size > rows/k || rows-k*size <= o.Gap {
		return nil, fmt.Errorf("%d folds with %d rows of Test and a gap of %d leave none of %d rows for the first Train", k, size, o.Gap, rows)
	}
	folds := make([]Fold, k)
	for i := range folds {
		test := rows - (k-i)*size
		end := test - o.Gap
		start := 0
		if o.MaxTrain > 0 {
			start = max(0, end-o.MaxTrain)
		}
		folds[i] = Fold{Train: span(start, end), Test: span(test, test+size)}
	}
	return folds, nil
}

// span returns the rows from lo up to but without hi.
func span(lo, hi int) []int {
	rows := make([]int, hi-lo)
	for i := range rows {
		rows[i] = lo + i
	}
	return rows
}

// blocks deals n rows into k blocks of neighbours, the larger ones first, and
// returns the block of each row.
func blocks(n, k int) []int {
	block := make([]int, 0, n)
	for i := range k {
		size := n / k
		if i < n%k {
			size++
		}
		for range size {
			block = append(block, i)
		}
	}
	return block
}

// foldsOf returns the folds, given that in whose Test each row is.
func foldsOf(fold []int, k int) []Fold {
	size := make([]int, k)
	for _, i := range fold {
		size[i]++
	}
	folds := make([]Fold, k)
	for i := range folds {
		folds[i] = Fold{Train: make([]int, 0, len(fold)-size[i]), Test: make([]int, 0, size[i])}
	}
	for row, in := range fold {
		for i := range folds {
			if i == in {
				folds[i].Test = append(folds[i].Test, row)
			} else {
				folds[i].Train = append(folds[i].Train, row)
			}
		}
	}
	return folds
}

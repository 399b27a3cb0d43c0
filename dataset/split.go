package dataset

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stratify"
)

// SplitOptions says how much goes into the parts. The zero value sets a quarter
// of the rows aside for testing.
type SplitOptions struct {
	Test       float64 // share of the rows for Test; 0 means 0.25
	Validation float64 // share of the rows for Validation; 0 means none
	Seed       uint64  // the same seed gives the same split
}

// Split deals the given number of rows at random into the parts of a fold, in
// random order: ⌈Test·rows⌉ and ⌈Validation·rows⌉ rows, as in scikit-learn, and
// the others into Train.
//
// It is an error if a share does not lie between 0 and 1 or if no row is left
// for Train.
func Split(rows int, opts SplitOptions) (Fold, error) {
	f, err := opts.split(rows, "rows")
	if err != nil {
		return Fold{}, fmt.Errorf("dataset: Split: %w", err)
	}
	return f, nil
}

// StratifiedSplit is Split with the proportions of the classes kept. labels
// holds the class of each row. The rows of Test are shared out among the
// classes by the method of the largest remainder, so that a class with c of the
// n rows gets its share c/n, rounded up or down; then the rows of Validation
// from the rows that are left, in the same way. A class of few rows may
// therefore be missing from Test and Validation. At least one of its rows goes
// into Train, unless Train has fewer rows than there are classes.
//
// Besides the errors of Split, it is an error if a class has a single row.
func StratifiedSplit[L cmp.Ordered](labels []L, opts SplitOptions) (Fold, error) {
	f, err := stratifiedSplit(labels, opts)
	if err != nil {
		return Fold{}, fmt.Errorf("dataset: StratifiedSplit: %w", err)
	}
	return f, nil
}

func stratifiedSplit[L cmp.Ordered](labels []L, opts SplitOptions) (Fold, error) {
	codes, names := encodeLabels(labels)
	return opts.stratify(codes, len(names), func(class int) string { return quoteLabel(names[class]) })
}

// GroupSplit is Split of the groups rather than the rows: all rows of a group,
// such as the samples of one patient, go into the same part. groups holds the
// group of each row, and the shares are those of the groups. The rows of each
// part ascend.
//
// The errors are those of Split for the number of groups.
func GroupSplit[G cmp.Ordered](groups []G, opts SplitOptions) (Fold, error) {
	f, err := groupSplit(groups, opts)
	if err != nil {
		return Fold{}, fmt.Errorf("dataset: GroupSplit: %w", err)
	}
	return f, nil
}

func groupSplit[G cmp.Ordered](groups []G, opts SplitOptions) (Fold, error) {
	codes, names := encodeLabels(groups)
	part, err := opts.split(len(names), "groups")
	if err != nil {
		return Fold{}, err
	}
	return Fold{
		Train:      rowsIn(codes, part.Train),
		Validation: rowsIn(codes, part.Validation),
		Test:       rowsIn(codes, part.Test),
	}, nil
}

func (o SplitOptions) split(rows int, unit string) (Fold, error) {
	test, validation, err := o.counts(rows, unit)
	if err != nil {
		return Fold{}, err
	}
	return cut(newRand(o.Seed).Perm(rows), test, validation), nil
}

// counts returns the numbers of rows for Test and Validation.
func (o SplitOptions) counts(rows int, unit string) (test, validation int, err error) {
	if rows < 1 {
		return 0, 0, fmt.Errorf("%d %s, want at least 2", rows, unit)
	}
	if rows > math.MaxInt32 {
		return 0, 0, fmt.Errorf("%d %s, at most %d are possible", rows, unit, math.MaxInt32)
	}
	o.Test = cmp.Or(o.Test, 0.25)
	if test, err = partSize("test", o.Test, rows, unit); err != nil {
		return 0, 0, err
	}
	if o.Validation == 0 {
		return test, 0, nil
	}
	if validation, err = partSize("validation", o.Validation, rows, unit); err != nil {
		return 0, 0, err
	}
	if test+validation >= rows {
		return 0, 0, fmt.Errorf("test and validation fractions of %g and %g take all %d %s, none is left to train", o.Test, o.Validation, rows, unit)
	}
	return test, validation, nil
}

// partSize returns the number of rows that a part is to get.
func partSize(name string, fraction float64, rows int, unit string) (int, error) {
	if !(fraction > 0 && fraction < 1) {
		return 0, fmt.Errorf("%s fraction is %g, want a number in (0, 1)", name, fraction)
	}
	n := int(math.Ceil(fraction * float64(rows)))
	if n == rows {
		return 0, fmt.Errorf("a %s fraction of %g takes all %d %s, none is left to train", name, fraction, rows, unit)
	}
	return n, nil
}

// cut cuts the rows into parts. They do not share memory to grow into.
func cut(rows []int, test, validation int) Fold {
	f := Fold{Test: rows[:test:test], Train: rows[test+validation:]}
	if validation > 0 {
		f.Validation = rows[test : test+validation : test+validation]
	}
	return f
}

// stratify is StratifiedSplit for rows whose classes are numbered.
func (o SplitOptions) stratify(codes []int, classes int, name func(class int) string) (Fold, error) {
	test, validation, err := o.counts(len(codes), "rows")
	if err != nil {
		return Fold{}, err
	}
	counts := make([]int, classes)
	for _, class := range codes {
		counts[class]++
	}
	if class := slices.Index(counts, 1); class >= 0 {
		return Fold{}, fmt.Errorf("class %s has a single row, want at least 2", name(class))
	}
	rng := newRand(o.Seed)
	parts := stratify.Deal(rng.Perm(len(codes)), codes, classes, test, validation)
	f := Fold{Test: parts[0], Validation: parts[1], Train: parts[2]}
	// The first rows of a class are in Test: within each part the classes are not
	// yet in random order.
	shuffle(rng, f.Train)
	shuffle(rng, f.Test)
	shuffle(rng, f.Validation)
	return f, nil
}

// Split deals the rows at random into two parts, as the function [Split] does:
// test gets the share opts.Test of them, a quarter by default, and train the
// others. Both are copies, in random order. The same seed gives the same split.
//
// The errors are those of the function and of Subset, and that opts.Validation is
// not 0.
func (d *Data) Split(opts SplitOptions) (train, test *Data, err error) {
	f, err := d.deal(opts)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Data.Split: %w", err)
	}
	return d.take(f.Train), d.take(f.Test), nil
}

func (d *Data) deal(opts SplitOptions) (Fold, error) {
	if err := d.check(); err != nil {
		return Fold{}, err
	}
	if err := opts.checkTwo(); err != nil {
		return Fold{}, err
	}
	return opts.split(d.Rows(), "rows")
}

// StratifiedSplit is Split with the proportions of the classes kept, as by the
// function [StratifiedSplit].
//
// Y must be as ReadCSV makes it for a Classes or a Binary target. Besides the
// errors of Split, it is an error if the target is Numbers or if a class has a
// single row. A class without any row is left alone.
func (d *Data) StratifiedSplit(opts SplitOptions) (train, test *Data, err error) {
	f, err := d.stratify(opts)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Data.StratifiedSplit: %w", err)
	}
	return d.take(f.Train), d.take(f.Test), nil
}

func (d *Data) stratify(opts SplitOptions) (Fold, error) {
	if err := d.check(); err != nil {
		return Fold{}, err
	}
	if err := opts.checkTwo(); err != nil {
		return Fold{}, err
	}
	classes, err := d.rowClasses()
	if err != nil {
		return Fold{}, err
	}
	return opts.stratify(classes, len(d.Classes), func(class int) string { return quote.Text(d.Classes[class]) })
}

// newRand returns the generator of a split. The second word of its seed sets
// it apart from other users of the same seed, such as a network.
func newRand(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0x73706c6974)) // "split"
}

func shuffle(rng *rand.Rand, rows []int) {
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// encodeLabels numbers the labels in ascending order and returns the number of
// every row and the label of each number. All NaNs are one label.
func encodeLabels[L cmp.Ordered](labels []L) (codes []int, names []L) {
	names = slices.Clone(labels)
	slices.Sort(names)
	names = slices.CompactFunc(names, func(a, b L) bool { return cmp.Compare(a, b) == 0 })
	codes = make([]int, len(labels))
	for i, label := range labels {
		codes[i], _ = slices.BinarySearch(names, label)
	}
	return codes, names
}

// rowsIn returns the rows whose code is one of the given ones.
func rowsIn(codes, wanted []int) []int {
	in := make(map[int]bool, len(wanted))
	for _, code := range wanted {
		in[code] = true
	}
	var rows []int
	for row, code := range codes {
		if in[code] {
			rows = append(rows, row)
		}
	}
	return rows
}

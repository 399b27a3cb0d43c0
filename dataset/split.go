package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Split shuffles the rows and deals them into two parts: test gets
// ⌈testFraction·n⌉ of the n rows, as in scikit-learn, and train the others.
// Both are copies, in random order. The same seed gives the same split.
//
// It is an error if testFraction does not lie between 0 and 1 or leaves no row
// for train, and to call Split on Data that Subset would refuse.
func (d *Data) Split(testFraction float64, seed uint64) (train, test *Data, err error) {
	n, err := d.testRows(testFraction)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: Split: %w", err)
	}
	rows := newRand(seed).Perm(d.Rows())
	return d.take(rows[n:]), d.take(rows[:n]), nil
}

// StratifiedSplit is Split with the proportions of the classes kept: the rows
// of test are shared out among the classes by the method of the largest
// remainder, so that a class with c of the n rows gets c/n of them, rounded up
// or down. A class of few rows may therefore be missing from one of the parts.
//
// Y must be as ReadCSV makes it for a Classes or a Binary target. Besides the
// errors of Split, it is an error if the target is Numbers or if a class has a
// single row. A class without any row is left alone.
func (d *Data) StratifiedSplit(testFraction float64, seed uint64) (train, test *Data, err error) {
	train, test, err = d.stratifiedSplit(testFraction, newRand(seed))
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: StratifiedSplit: %w", err)
	}
	return train, test, nil
}

func (d *Data) stratifiedSplit(testFraction float64, rng *rand.Rand) (train, test *Data, err error) {
	n, err := d.testRows(testFraction)
	if err != nil {
		return nil, nil, err
	}
	classes, err := d.rowClasses()
	if err != nil {
		return nil, nil, err
	}
	counts, err := d.countClasses(classes)
	if err != nil {
		return nil, nil, err
	}
	quota := apportion(n, counts)
	var trainRows, testRows []int
	for _, row := range rng.Perm(len(classes)) {
		if class := classes[row]; quota[class] > 0 {
			quota[class]--
			testRows = append(testRows, row)
		} else {
			trainRows = append(trainRows, row)
		}
	}
	// The quotas were filled from the front: within each part the classes are
	// not yet in random order.
	shuffle(rng, trainRows)
	shuffle(rng, testRows)
	return d.take(trainRows), d.take(testRows), nil
}

// newRand returns the generator of a split. The second word of its seed sets
// it apart from other users of the same seed, such as a network.
func newRand(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0x73706c6974)) // "split"
}

func shuffle(rng *rand.Rand, rows []int) {
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// testRows returns the number of rows that a test part is to get.
func (d *Data) testRows(fraction float64) (int, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	if !(fraction > 0 && fraction < 1) {
		return 0, fmt.Errorf("test fraction is %g, it must lie between 0 and 1", fraction)
	}
	rows := d.Rows()
	n := int(math.Ceil(fraction * float64(rows)))
	if n == rows {
		return 0, fmt.Errorf("a test fraction of %g takes all %d rows, none is left to train", fraction, rows)
	}
	return n, nil
}

// rowClasses returns the index into d.Classes for every row.
func (d *Data) rowClasses() ([]int, error) {
	if len(d.Classes) == 0 {
		return nil, errors.New("the target has no classes")
	}
	_, cols := d.Y.Dims()
	classOf := oneHotClass
	if cols == 1 && len(d.Classes) == 2 {
		classOf = binaryClass
	} else if cols != len(d.Classes) {
		return nil, fmt.Errorf("the data have %d columns in Y and %d classes", cols, len(d.Classes))
	}
	classes := make([]int, d.Rows())
	for i := range classes {
		class, ok := classOf(d.Y.RawRowView(i))
		if !ok {
			return nil, fmt.Errorf("row %d of Y is %v, which is no class", i, d.Y.RawRowView(i))
		}
		classes[i] = class
	}
	return classes, nil
}

func binaryClass(y []float64) (class int, ok bool) {
	return int(y[0]), y[0] == 0 || y[0] == 1
}

func oneHotClass(y []float64) (class int, ok bool) {
	class = slices.Index(y, 1)
	for j, v := range y {
		if j != class && v != 0 {
			return 0, false
		}
	}
	return class, class >= 0
}

// countClasses returns the number of rows of every class.
func (d *Data) countClasses(classes []int) ([]int, error) {
	counts := make([]int, len(d.Classes))
	for _, class := range classes {
		counts[class]++
	}
	if class := slices.Index(counts, 1); class >= 0 {
		return nil, fmt.Errorf("class %q has a single row, at least 2 are needed", d.Classes[class])
	}
	return counts, nil
}

// apportion shares out total in proportion to counts by the method of the
// largest remainder; of equal remainders the first is served first. The sum of
// counts must not be less than total, so that no share exceeds its count.
func apportion(total int, counts []int) []int {
	sum := int64(0)
	for _, count := range counts {
		sum += int64(count)
	}
	shares := make([]int, len(counts))
	remainders := make([]int64, len(counts))
	order := make([]int, len(counts)) // by remainder
	left := total
	for i, count := range counts {
		product := int64(total) * int64(count)
		shares[i] = int(product / sum)
		remainders[i] = product % sum
		order[i] = i
		left -= shares[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

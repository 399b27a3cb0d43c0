package mlp

import (
	"cmp"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// batch is a set of rows to train on together.
type batch struct {
	x       *mat.Dense
	order   []int // the rows of x that belong to the batch, for the chain to gather; nil for all
	y       *mat.Dense
	weights []float64 // of the rows; nil if all are equal
	scaled  buffer    // for y, with WithTargetScaling
}

func (b *batch) rows() int { return b.y.RawMatrix().Rows }

// set sets b to the rows of the data, which op got from its caller. classes are
// the class weights, or nil.
func (b *batch) set(n *network, op string, data Dataset, classes []float64) (err error) {
	if b.x, b.y, err = n.checkTraining(op, data.X, data.Y, &b.scaled); err != nil {
		return err
	}
	b.weights = rowWeights(b.weights, nil, classes, b.y)
	return checkSum(op, b.weights)
}

// source is where the batches of a run come from.
type source interface {
	// each calls train for the batches of an epoch, numbered from 1, until a
	// call returns an error. A batch is valid only during the call. A random
	// order is drawn from rng.
	each(epoch int, rng *rand.Rand, train func(b *batch) error) error

	// size returns the number of rows and of batches in an epoch and the most
	// rows in a batch, or zeros if they are not known.
	size() (rows, batches, largest int)

	// targets returns the targets of all rows, or nil if they are not known.
	targets() *mat.Dense
}

// table is a source of rows in memory.
type table struct {
	x, y         *mat.Dense
	weights      []float64 // of the rows of x; nil if all are equal
	kept         []int     // the rows of x to train on, ascending; nil for all
	batchSize    int
	dropLast     bool  // drop a batch of fewer rows
	perm         []int // order of the rows to train on; nil to keep it
	yBuf         buffer
	weightBuf    []float64
	xView, yView mat.Dense
	batch        batch
}

// newTable returns a source of the rows of x and y, which have been checked, in
// batches according to the options of the call op.
func newTable(op string, n *network, x, y *mat.Dense, opts *FitOptions) (*table, error) {
	rows, _ := y.Dims()
	if err := cmp.Or(
		checkWeights(op, "SampleWeights", opts.SampleWeights, rows, "x has rows:"),
		n.checkClassWeights(op, opts.ClassWeights),
	); err != nil {
		return nil, err
	}
	t := &table{x: x, y: y, batchSize: min(opts.BatchSize, rows), dropLast: opts.DropLast}
	t.weights = rowWeights(nil, opts.SampleWeights, opts.ClassWeights, y)
	if !opts.KeepOrder {
		t.perm = make([]int, rows)
	}
	return t, t.checkWeights(op)
}

// keep leaves only the given rows to train on, in ascending order. They are not
// copied.
func (t *table) keep(rows []int) {
	t.kept, t.batchSize = rows, min(t.batchSize, len(rows))
	if t.perm != nil {
		t.perm = t.perm[:len(rows)]
	}
}

// rows returns the number of rows to train on.
func (t *table) rows() int {
	if t.kept != nil {
		return len(t.kept)
	}
	return t.x.RawMatrix().Rows
}

// checkDropped returns an error if some rows would never be trained on.
func (t *table) checkDropped(op string) error {
	if left := t.rows() % t.batchSize; t.dropLast && t.perm == nil && left > 0 {
		return fmt.Errorf("mlp: %s: DropLast with KeepOrder would always leave out the last %d of %d rows", op, left, t.rows())
	}
	return nil
}

// checkWeights returns an error if the weights are too large to add up, or all
// of them are 0.
func (t *table) checkWeights(op string) error {
	if t.weights == nil {
		return nil
	}
	weights := t.weights
	if t.kept != nil {
		weights = gatherWeights(nil, weights, t.kept)
	}
	if floats.Max(weights) == 0 {
		return fmt.Errorf("mlp: %s: the weights of all rows are 0", op)
	}
	return checkSum(op, weights)
}

func (t *table) size() (rows, batches, largest int) {
	return t.rows(), (t.used()-1)/t.batchSize + 1, t.batchSize
}

func (t *table) targets() *mat.Dense {
	if t.kept != nil {
		return gather(&buffer{}, t.y, t.kept)
	}
	return t.y
}

// data returns the rows to train on.
func (t *table) data() (x, y *mat.Dense) {
	if t.kept != nil {
		return gather(&buffer{}, t.x, t.kept), t.targets()
	}
	return t.x, t.y
}

// used returns the number of rows that an epoch trains on.
func (t *table) used() int {
	rows := t.rows()
	if t.dropLast {
		rows -= rows % t.batchSize
	}
	return rows
}

func (t *table) each(_ int, rng *rand.Rand, train func(b *batch) error) error {
	t.shuffle(rng)
	rows := t.used()
	for lo := 0; lo < rows; lo += t.batchSize {
		if err := train(t.take(lo, min(lo+t.batchSize, rows))); err != nil {
			return err
		}
	}
	return nil
}

// inOrder is like each, but keeps the rows in their original order.
func (t *table) inOrder(do func(b *batch) error) error {
	perm := t.perm
	t.perm = nil
	defer func() { t.perm = perm }()
	return t.each(0, nil, do)
}

// shuffle draws a new order of the rows, which depends only on the state of the
// generator and not on the previous order.
func (t *table) shuffle(rng *rand.Rand) {
	if t.perm == nil {
		return
	}
	for i := range t.perm {
		t.perm[i] = i
		if t.kept != nil {
			t.perm[i] = t.kept[i]
		}
	}
	rng.Shuffle(len(t.perm), func(i, j int) { t.perm[i], t.perm[j] = t.perm[j], t.perm[i] })
}

// take returns the rows [lo, hi) of the epoch's order.
func (t *table) take(lo, hi int) *batch {
	b := &t.batch
	order := t.perm
	if order == nil {
		order = t.kept
	}
	if order == nil {
		b.x, b.order, b.y = viewRows(&t.xView, t.x, lo, hi), nil, viewRows(&t.yView, t.y, lo, hi)
		if t.weights != nil {
			b.weights = t.weights[lo:hi]
		}
		return b
	}
	rows := order[lo:hi]
	b.x, b.order, b.y = t.x, rows, gather(&t.yBuf, t.y, rows)
	if t.weights != nil {
		t.weightBuf = gatherWeights(t.weightBuf[:0], t.weights, rows) // not b.weights, which may be a part of t.weights
		b.weights = t.weightBuf
	}
	return b
}

// gatherWeights appends the weights of some rows to dst.
func gatherWeights(dst, weights []float64, rows []int) []float64 {
	for _, r := range rows {
		dst = append(dst, weights[r])
	}
	return dst
}

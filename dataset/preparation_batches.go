package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// BatchOptions says how the rows of a source become batches. The zero value makes
// batches of 32 rows, in another order in each epoch.
type BatchOptions struct {
	BatchSize  int    // rows of a batch, the last one may have fewer; 0 means 32
	Buffer     int    // rows to draw each next one from; 0 means 10,000
	Interleave int    // parts of Shards that are read at the same time; 0 means 16
	Seed       uint64 // the same seed gives the same batches
	KeepOrder  bool   // take the rows in their order, whatever Buffer and Interleave are
	Rows       int    // rows that an epoch must have, another number is an error; 0 means any number
}

// Batches returns the rows of a source as the batches that FitBatches of a network
// trains on:
//
//	history, err := net.FitBatches(ctx, preparation.Batches(source, dataset.BatchOptions{}), mlp.FitOptions{})
//
// Each epoch reads the source once, and has each row once. In memory are, at 8
// bytes for each feature and target, the rows of the buffer, of a batch and of a
// table of 1,000 rows for each part that is read, however many rows there are,
// beside what the parts take to read.
//
// The order follows from the seed and the epoch, and from nothing else: not from
// the number of cores, nor from where a run was resumed. It is drawn in three steps:
//
//   - the parts of [Shards], and of Shards in these, come in random order, all
//     orders equally likely;
//   - Interleave of them are read at the same time, a row of each in turn, and the
//     next part takes the place of one that has ended;
//   - the next row of a batch is any of those in the buffer, all equally likely,
//     and the next one that is read takes its place.
//
// With a buffer for all rows, all orders are equally likely. Otherwise the place of
// a row differs from the one in which it is read by a standard deviation of Buffer,
// and it comes at most Buffer places earlier. Where each part has rows of all kinds
// that is as good as a random order of all rows. Where the rows of a part are alike,
// as those of a sorted file, the mixture of the batches drifts with the parts that
// are read: the more of them Buffer has rows of, the less, and a Schedule that lowers
// the learning rate evens it out. Sorted rows of a single source are not mixed
// enough: [CSVBlocks] makes parts of a file; else store the rows in random order, or
// raise Buffer.
//
// An epoch ends with an error of the source, or of Preparation.Data for a row, or
// if an option is below 0.
func (p *Preparation) Batches(source Source, opts BatchOptions) mlp.Batches {
	return func(epoch int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			if err := p.batches(source, opts, epoch, yield); err != nil && !errors.Is(err, errStopped) {
				yield(mlp.Dataset{}, err)
			}
		}
	}
}

// batches passes on the batches of an epoch.
func (p *Preparation) batches(source Source, opts BatchOptions, epoch int, yield func(mlp.Dataset, error) bool) error {
	failed := func(err error) error { return fmt.Errorf("dataset: Preparation.Batches: %w", err) }
	b, err := opts.batcher(epoch, yield)
	if err != nil {
		return failed(err)
	}
	parts, err := partsOf(source)
	if err != nil {
		return failed(err)
	}
	open := cmp.Or(opts.Interleave, 16)
	if opts.KeepOrder {
		open = 1
	} else {
		b.rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	rows := 0
	l := &lanes{preparation: p, waiting: parts}
	if err := l.each(open, func(x, y []float64) error {
		rows++
		return b.put(x, y)
	}); err != nil {
		return err
	}
	if opts.Rows > 0 && rows != opts.Rows {
		return failed(fmt.Errorf("epoch %d has %d rows, Rows is %d", epoch, rows, opts.Rows))
	}
	return b.end()
}

// partsOf returns the parts of a source, which may be the only one. Of Shards in
// Shards, they are the parts of both.
func partsOf(source Source) (parts []Source, err error) {
	if matrix.IsNil(source) {
		return nil, errors.New("the source is nil")
	}
	shards, ok := source.(Shards)
	if !ok {
		return []Source{source}, nil
	}
	for i, part := range shards {
		if matrix.IsNil(part) {
			return nil, fmt.Errorf("part %d is nil", i)
		}
		inner, err := partsOf(part)
		if err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
		parts = append(parts, inner...)
	}
	return parts, nil
}

// A batcher draws rows from a buffer and makes batches of them.
type batcher struct {
	size, most int // rows of a batch and of the buffer
	rng        *rand.Rand
	yield      func(mlp.Dataset, error) bool

	buffer   [][]float64 // rows: features and target
	batch    []float64   // rows, one after the other
	features int
}

func (o BatchOptions) batcher(epoch int, yield func(mlp.Dataset, error) bool) (*batcher, error) {
	for _, option := range []struct {
		name  string
		value int
	}{{"BatchSize", o.BatchSize}, {"Buffer", o.Buffer}, {"Interleave", o.Interleave}, {"Rows", o.Rows}} {
		if option.value < 0 {
			return nil, fmt.Errorf("%s is %d, want at least 0", option.name, option.value)
		}
	}
	b := &batcher{size: cmp.Or(o.BatchSize, 32), most: cmp.Or(o.Buffer, 10_000), yield: yield}
	if o.KeepOrder {
		b.most = 1
	}
	const word = 0x6261746368 << 24 // "batch", which sets it apart from other users of the seed
	b.rng = rand.New(rand.NewPCG(o.Seed, word+uint64(epoch)))
	return b, nil
}

// put puts a row into the buffer, in the place of one that goes into the batch if
// there is no other.
func (b *batcher) put(x, y []float64) error {
	if b.features = len(x); len(b.buffer) < b.most {
		b.buffer = append(b.buffer, slices.Concat(x, y))
		return nil
	}
	row := b.buffer[b.rng.IntN(len(b.buffer))]
	err := b.take(row)
	copy(row, x)
	copy(row[len(x):], y)
	return err
}

// end passes on the rows that are left.
func (b *batcher) end() error {
	for last := len(b.buffer) - 1; last >= 0; last-- {
		i := b.rng.IntN(last + 1)
		if err := b.take(b.buffer[i]); err != nil {
			return err
		}
		b.buffer[i] = b.buffer[last]
	}
	return b.pass()
}

// take adds a row to the batch, and passes the batch on if it is full.
func (b *batcher) take(row []float64) error {
	if b.batch = append(b.batch, row...); len(b.batch)/len(row) < b.size {
		return nil
	}
	return b.pass()
}

// pass passes the batch on, if it has rows.
func (b *batcher) pass() error {
	if len(b.batch) == 0 {
		return nil
	}
	width := len(b.buffer[0])
	rows := len(b.batch) / width
	m := mat.NewDense(rows, width, b.batch)
	b.batch = b.batch[:0]
	if !b.yield(mlp.Dataset{X: m.Slice(0, rows, 0, b.features), Y: m.Slice(0, rows, b.features, width)}, nil) {
		return errStopped
	}
	return nil
}

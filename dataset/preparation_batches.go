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
	BatchSize int    // rows of a batch, the last one may have fewer; 0 means 32
	Buffer    int    // rows to draw each next one from; 0 means 10,000
	Seed      uint64 // the same seed gives the same batches
	KeepOrder bool   // take the rows in their order, whatever Buffer is
}

// Batches returns the rows of a source as the batches that FitBatches of a network
// trains on. Each epoch reads the source once and keeps the buffer, a batch and a
// table of 1,000 rows in memory, however many rows there are:
//
//	history, err := net.FitBatches(ctx, preparation.Batches(source, dataset.BatchOptions{}), mlp.FitOptions{})
//
// The order follows from the seed and the epoch. The next row is any of those in
// the buffer, all equally likely, and the next one of the source takes its place.
// With a buffer for all rows, all orders are equally likely. Otherwise a row comes
// at most Buffer places earlier than in the source, so that rows that are sorted,
// by the target for example, are not mixed enough: store them in random order, or
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
	b, err := opts.batcher(epoch, yield)
	if err == nil && matrix.IsNil(source) {
		err = errors.New("the source is nil")
	}
	if err != nil {
		return fmt.Errorf("dataset: Preparation.Batches: %w", err)
	}
	const rows = 1000 // of a table
	for t, err := range source.Tables(rows) {
		if err != nil {
			return err
		}
		d, err := p.data(t)
		if err != nil {
			return fmt.Errorf("dataset: Preparation.Batches: %w", err)
		}
		for i := range d.Rows() {
			if err := b.put(d.X.RawRowView(i), d.Y.RawRowView(i)); err != nil {
				return err
			}
		}
	}
	return b.end()
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
	if o.BatchSize < 0 || o.Buffer < 0 {
		return nil, fmt.Errorf("BatchSize is %d and Buffer %d, want none below 0", o.BatchSize, o.Buffer)
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

package mlp

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"gonum.org/v1/gonum/mat"
)

// Batches returns the batches of an epoch, which counts from 1, for data that
// do not fit into memory. A batch may have any number of rows. It may use the
// memory of the one before. An error ends the run.
type Batches func(epoch int) iter.Seq2[Dataset, error]

// FitBatches trains the network; see Network.FitBatches.
func (n *network) FitBatches(ctx context.Context, batches Batches, opts FitOptions) (*History, error) {
	if ctx == nil {
		return nil, errors.New("mlp: FitBatches: nil context")
	}
	if batches == nil {
		return nil, errors.New("mlp: FitBatches: nil batches")
	}
	if err := n.checkMade("FitBatches"); err != nil {
		return nil, err
	}
	if err := refuse("mlp: FitBatches: %s is for Fit, which has all rows", []option{
		{"BatchSize", opts.BatchSize != 0},
		{"KeepOrder", opts.KeepOrder},
		{"ValidationSplit", opts.ValidationSplit != 0},
		{"SampleWeights", opts.SampleWeights != nil},
		{"LBFGS", opts.LBFGS != nil},
	}); err != nil {
		return nil, err
	}
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := checkClassWeights(n.loss.Task(), opts.ClassWeights, n.units()); err != nil {
		return nil, err
	}
	validation, err := n.checkValidation(&opts)
	if err != nil {
		return nil, err
	}
	return n.fit(ctx, &stream{net: n, batches: batches, classes: opts.ClassWeights}, validation, opts)
}

// stream is a source of the batches of somebody else.
type stream struct {
	net     *network
	batches Batches
	classes []float64 // weights; nil for none
	batch   batch
}

func (s *stream) size() (rows, batches, largest int) { return 0, 0, 0 }

func (s *stream) targets() *mat.Dense { return nil }

func (s *stream) each(epoch int, train func(b *batch) error) error {
	i := 0
	seq := s.batches(epoch)
	if seq == nil {
		return fmt.Errorf("mlp: FitBatches: epoch %d has no batches", epoch)
	}
	for data, err := range seq {
		i++
		if err != nil {
			return fmt.Errorf("mlp: FitBatches: epoch %d, batch %d: %w", epoch, i, err)
		}
		if err := s.batch.set(s.net, "FitBatches", data, s.classes); err != nil {
			// Once more, for an error that names the batch.
			return s.batch.set(s.net, fmt.Sprintf("FitBatches: epoch %d, batch %d", epoch, i), data, s.classes)
		}
		if err := train(&s.batch); err != nil {
			return err
		}
	}
	if i == 0 {
		return fmt.Errorf("mlp: FitBatches: epoch %d has no batches", epoch)
	}
	return nil
}

// runningR2Scorer is r2Scorer for targets that are not known from the start.
// Their means and sums of squares follow them by Welford's recurrence (Note on
// a Method for Calculating Corrected Sums of Squares and Products, 1962).
type runningR2Scorer struct {
	r2Scorer
	rows float64
	mean []float64
}

func newRunningR2Scorer(units int) *runningR2Scorer {
	return &runningR2Scorer{r2Scorer{ones(units).RawRowView(0), make([]float64, units), make([]float64, units)}, 0, make([]float64, units)}
}

func (s *runningR2Scorer) reset() {
	s.r2Scorer.reset()
	s.rows = 0
	clear(s.mean)
	clear(s.total)
}

func (s *runningR2Scorer) add(out, y *mat.Dense) {
	s.r2Scorer.add(out, y)
	rows, _ := y.Dims()
	for i := range rows {
		s.rows++
		for j, v := range y.RawRowView(i) {
			d := v - s.mean[j]
			s.mean[j] += d / s.rows
			s.total[j] += float64(d * (v - s.mean[j]))
		}
	}
}

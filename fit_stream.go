package mlp

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/workers"
)

// Batches returns the batches of an epoch, numbered from 1, for data that does
// not fit into memory. A batch may have any number of rows and may reuse the
// memory of the previous one. An error ends the run, and so does an epoch
// without batches. To resume a run, the batches of an epoch must be the same
// whenever they are asked for; see FitOptions.Resume.
type Batches func(epoch int) iter.Seq2[Dataset, error]

// FitBatches trains the network on a stream of batches; see Network.FitBatches.
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
	if err := n.take("FitBatches"); err != nil {
		return nil, err
	}
	defer n.release()
	if err := refuse("mlp: FitBatches: %s is for Fit, which has all rows", []option{
		{"BatchSize", opts.BatchSize != 0},
		{"DropLast", opts.DropLast},
		{"KeepOrder", opts.KeepOrder},
		{"ValidationSplit", opts.ValidationSplit != 0},
		{"SampleWeights", opts.SampleWeights != nil},
		{"LBFGS", isLBFGS(opts.Optimizer)},
	}); err != nil {
		return nil, err
	}
	opts, err := opts.withDefaults("FitBatches")
	if err != nil {
		return nil, err
	}
	if opts.Epochs == 1 && opts.EpochSteps == 0 {
		if err := refuse("mlp: FitBatches: %s would not move in the only epoch, of which the steps are not known: set EpochSteps", opts.schedules()); err != nil {
			return nil, err
		}
	}
	if err := n.checkClassWeights("FitBatches", opts.ClassWeights); err != nil {
		return nil, err
	}
	validation, err := n.checkValidation("FitBatches", &opts)
	if err != nil {
		return nil, err
	}
	return n.fit(ctx, "FitBatches", &stream{net: n, batches: batches, classes: opts.ClassWeights}, validation, opts)
}

// stream is a source of batches that the caller supplies.
type stream struct {
	net     *network
	batches Batches
	classes []float64 // weights; nil for none
	batch   batch
	meter   *workers.Meter
}

func (s *stream) size() (rows, batches, largest int) { return 0, 0, 0 }

func (s *stream) targets() *mat.Dense { return nil }

func (s *stream) each(epoch int, _ *rand.Rand, train func(b *batch) error) error {
	i := 0
	s.pause()
	defer s.resume()
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
		s.resume()
		if err := train(&s.batch); err != nil {
			return err
		}
		s.pause()
	}
	if i == 0 {
		return fmt.Errorf("mlp: FitBatches: epoch %d has no batches", epoch)
	}
	return nil
}

// pause lets the caller make a batch.
func (s *stream) pause() {
	s.net.mark(settled)
	s.meter.Pause()
}

func (s *stream) resume() {
	s.meter.Resume()
	s.net.mark(stepping)
}

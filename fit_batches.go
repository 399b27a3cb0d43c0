package mlp

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

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
	rows    float64
	mean    []float64 // by column, scaled
	largest []float64 // absolute value by column
}

func newRunningR2Scorer(units int) *runningR2Scorer {
	s := &runningR2Scorer{mean: make([]float64, units), largest: make([]float64, units)}
	s.r2Scorer = r2Scorer{make([]float64, units), make([]float64, units), make([]float64, units)}
	s.reset()
	return s
}

func (s *runningR2Scorer) reset() {
	s.r2Scorer.reset()
	s.rows = 0
	clear(s.mean)
	clear(s.total)
	clear(s.largest)
	for j := range s.scale {
		s.scale[j] = 1
	}
}

func (s *runningR2Scorer) add(out, y *mat.Dense) {
	rows, _ := y.Dims()
	for i := range rows {
		for j, v := range y.RawRowView(i) {
			if v := math.Abs(v); v > s.largest[j] {
				s.makeRoom(j, v)
			}
		}
	}
	s.r2Scorer.add(out, y)
	for i := range rows {
		s.rows++
		for j, v := range y.RawRowView(i) {
			v *= s.scale[j]
			d := v - s.mean[j]
			s.mean[j] += d / s.rows
			s.total[j] += float64(d * (v - s.mean[j]))
		}
	}
}

// makeRoom changes the scale of a column if the squares of a target that is the
// largest yet would overflow or, of the first one that is not 0, underflow. As
// scales are powers of two, that changes no bit of a score.
func (s *runningR2Scorer) makeRoom(j int, largest float64) {
	const least, most = 0x1p-400, 0x1p400
	first := s.largest[j] == 0
	s.largest[j] = largest
	if scaled := largest * s.scale[j]; scaled <= most && !(first && scaled < least) {
		return
	}
	_, exp := math.Frexp(largest)
	scale := math.Ldexp(1, min(-exp, 1000))
	change := max(scale/s.scale[j], math.SmallestNonzeroFloat64) // times infinity, 0 would be NaN
	s.scale[j] = scale
	s.mean[j] *= change
	s.total[j] *= change
	s.total[j] *= change
	s.residual[j] *= change
	s.residual[j] *= change
}

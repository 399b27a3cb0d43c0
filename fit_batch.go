package mlp

import (
	"errors"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/matrix"
)

// A Trainer trains a network on one batch at a time, for data that come in
// their own time (train_on_batch in Keras, partial_fit in scikit-learn). It
// keeps the state of the optimizer from one batch to the next.
//
// FitBatch needs the network for itself, like Fit; a Trainer must not be used
// by several goroutines at once.
type Trainer struct {
	trainer *trainer
	batch   batch
	calls   int
}

// NewTrainer returns a Trainer for a network that Model has made. Of the
// options it takes Optimizer, ClipValue, ClipNorm, ClassWeights, AverageDecay
// and AccumulateSteps; others are errors, as a single batch knows no epochs.
func NewTrainer(net Network, opts FitOptions) (*Trainer, error) {
	h, ok := made(net)
	if !ok {
		return nil, notMade("NewTrainer")
	}
	if err := refuse("mlp: NewTrainer: %s is for Fit, which knows epochs", []option{
		{"Epochs", opts.Epochs != 0},
		{"BatchSize", opts.BatchSize != 0},
		{"Schedule", !matrix.IsNil(opts.Schedule)},
		{"KeepOrder", opts.KeepOrder},
		{"Callbacks", opts.Callbacks != nil},
		{"Validation", opts.Validation != nil},
		{"ValidationSplit", opts.ValidationSplit != 0},
		{"SampleWeights", opts.SampleWeights != nil},
		{"LBFGS", opts.LBFGS != nil},
		{"Resume", opts.Resume != nil},
	}); err != nil {
		return nil, err
	}
	opts, err := opts.withDefaults("NewTrainer")
	if err != nil {
		return nil, err
	}
	n := h.base()
	if err := checkClassWeights("NewTrainer", n.loss.Task(), opts.ClassWeights, n.units()); err != nil {
		return nil, err
	}
	t, err := newTrainer(n, opts, 0)
	if err != nil {
		return nil, err
	}
	t.setScorer(nil)
	trainer := &Trainer{trainer: t}
	runtime.AddCleanup(trainer, (*kernel.Team).Close, t.team)
	return trainer, nil
}

// FitBatch takes one step on the samples x (n×inputs) with targets y (n×units
// of the last layer), as Fit does for each of its batches, and returns the
// mean loss and the score of the batch before the step. Batches may have any
// number of rows. With AccumulateSteps k, every k-th call makes the step.
//
// After an error the network has the weights from before the call. After a
// *DivergedError, whose Epoch is 1 and whose Step is the number of the call,
// the optimizer begins anew. FitBatch allocates only for a batch that is
// larger than all before, or that is no *mat.Dense.
func (t *Trainer) FitBatch(x, y mat.Matrix) (Scores, error) {
	if t == nil || t.trainer == nil {
		return Scores{}, errors.New("mlp: FitBatch: want a Trainer that NewTrainer has made")
	}
	tr := t.trainer
	if err := t.batch.set(tr.net, "FitBatch", Dataset{x, y}, tr.opts.ClassWeights); err != nil {
		return Scores{}, err
	}
	t.calls++
	tr.grow(t.batch.rows())
	if tr.lost {
		tr.restart()
	}
	tr.begin()
	defer tr.end()
	tr.scorer.reset()
	loss, weight := tr.gradient(&t.batch)
	if finite(loss) && tr.accumulator.add(tr.params, tr.team, t.batch.rows(), loss, weight) {
		tr.step()
		tr.accumulator.reset()
	}
	if !finite(loss) || tr.params.notFinite(tr.team) >= 0 {
		return Scores{Loss: loss}, tr.diverged(1, t.calls, loss)
	}
	tr.whole = true
	return Scores{Loss: loss, Score: tr.scorer.score()}, nil
}

// restart gives the trainer the state that it had at the start, with the
// weights that the network has now.
func (t *trainer) restart() {
	t.steps = 0
	t.accumulator.reset()
	t.params.each(t.team, func(p *param) {
		for _, s := range p.slots {
			clear(s)
		}
		if p.average != nil {
			copy(p.average, p.value)
		}
	})
}

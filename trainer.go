package mlp

import (
	"errors"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A Trainer trains a network on one batch at a time, for data that arrives over
// time (train_on_batch in Keras, partial_fit in scikit-learn). It keeps the
// state of the optimizer from one batch to the next.
//
// Like Fit, FitBatch needs exclusive access to the network; a Trainer must not
// be used by several goroutines at once.
type Trainer struct {
	stepper *stepper
	batch   batch
	calls   int
	first   *Layer // of the network, which UnmarshalBinary replaces
	end     end    // that the scorer is for
}

// NewTrainer returns a Trainer for a network that Model has made. It accepts
// the options Optimizer, Groups, WeightDecay, ClipValue, ClipNorm,
// ClassWeights, AverageDecay, AccumulateSteps and Seed; others are errors, as a
// single batch has no epochs.
func NewTrainer(net Network, opts FitOptions) (*Trainer, error) {
	n, ok := made(net)
	if !ok {
		return nil, notMade("NewTrainer")
	}
	if err := refuse("mlp: NewTrainer: %s is for Fit, which knows epochs", append(opts.ofEpochs(),
		option{"BatchSize", opts.BatchSize != 0},
		option{"DropLast", opts.DropLast},
		option{"KeepOrder", opts.KeepOrder},
		option{"SampleWeights", opts.SampleWeights != nil},
	)); err != nil {
		return nil, err
	}
	opts, err := opts.withDefaults("NewTrainer")
	if err != nil {
		return nil, err
	}
	if err := n.take("NewTrainer"); err != nil {
		return nil, err
	}
	defer n.release()
	opts.ClassWeights = slices.Clone(opts.ClassWeights)
	if err := n.checkClassWeights("NewTrainer", opts.ClassWeights); err != nil {
		return nil, err
	}
	s, err := newStepper("NewTrainer", n, opts, 0)
	if err != nil {
		return nil, err
	}
	if err := s.checkStatistics(nil); err != nil {
		return nil, err
	}
	s.op = "FitBatch" // from now on
	s.setScorer(nil)
	t := &Trainer{stepper: s, first: &n.layers[0], end: n.end}
	runtime.AddCleanup(t, (*kernel.Team).Close, s.env.team)
	return t, nil
}

// FitBatch takes one step on the samples x (n×inputs) with targets y (n×units
// of the last layer), as Fit does for each of its batches, and returns the mean
// loss and the score of the batch before the step. Batches may have any number
// of rows. With AccumulateSteps k, every k-th call takes the step.
//
// After an error the network has the weights from before the call. After a
// *DivergedError, whose Epoch is 1 and whose Step is the number of the call,
// the optimizer starts with a new state. FitBatch allocates only for a batch
// that is larger than all previous ones or that is not a *mat.Dense.
func (t *Trainer) FitBatch(x, y mat.Matrix) (Scores, error) {
	if t == nil || t.stepper == nil {
		return Scores{}, errors.New("mlp: FitBatch: want a Trainer that NewTrainer has made")
	}
	s := t.stepper
	if err := s.net.take("FitBatch"); err != nil {
		return Scores{}, err
	}
	defer s.net.release()
	if t.first != &s.net.layers[0] {
		return Scores{}, errors.New("mlp: FitBatch: UnmarshalBinary has replaced the layers of the network, want a new Trainer")
	}
	if t.end != s.net.end { // SetThreshold was called
		t.end = s.net.end
		s.setScorer(nil)
	}
	if err := t.batch.set(s.net, "FitBatch", Dataset{x, y}, s.opts.ClassWeights); err != nil {
		return Scores{}, err
	}
	if err := s.checkRows(t.batch.rows()); err != nil {
		return Scores{}, err
	}
	s.net.mark(stepping)
	t.calls++
	s.grow(t.batch.rows())
	if s.lost {
		s.restart()
	}
	s.begin()
	defer s.end()
	s.scorer.reset()
	loss, weight := s.gradient(&t.batch)
	if finite(loss) && s.add(t.batch.rows(), loss, weight) {
		s.step()
	}
	if !finite(loss) || s.leaves.notFinite() >= 0 {
		return Scores{Loss: loss}, s.diverged(1, t.calls, loss)
	}
	s.sound = true
	return Scores{Loss: loss, Score: s.scorer.score()}, nil
}

// restart resets the stepper to its initial state, with the current weights of
// the network.
func (s *stepper) restart() {
	s.pace.steps, s.tally = 0, tally{}
	s.leaves.each(func(l *leaf) {
		l.clearSlots()
		if l.average != nil {
			copy(l.average, l.value)
		}
	})
}

package mlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/quote"
)

// RateSearch configures FindLearningRate. The zero value behaves like fastai's
// lr_find.
type RateSearch struct {
	Low   float64 // first learning rate; 0 means 1e-7
	High  float64 // last learning rate; 0 means 10
	Steps int     // from Low to High; 0 means 100
}

// A RateCurve is the loss as a function of the learning rate.
type RateCurve struct {
	Rates  []float64 // of the steps, increasing by a constant factor
	Losses []float64 // smoothed: a moving average with decay 0.98 and bias correction

	// Suggestion is the rate at which Losses falls most steeply over the
	// logarithm of the rate, ignoring the first tenth of the steps. It is 0 if
	// Losses never falls after these.
	Suggestion float64
}

// FindLearningRate trains the network on the samples x and targets y with a
// learning rate that grows exponentially from step to step, and records how the
// loss responds (Smith, Cyclical Learning Rates for Training Neural Networks,
// 2017, in the form of fastai's lr_find). It ends early when the smoothed loss
// exceeds four times its smallest value, or is equally far above a negative
// one, or is not finite.
//
// Afterwards the network is exactly what it was before, including its random
// numbers. The steps are those of Fit with opts; the Optimizer must have a
// learning rate, whose value does not matter. The schedules, Callbacks,
// Validation, ValidationSplit, Epochs and Resume are errors, and so is LBFGS.
func FindLearningRate(ctx context.Context, net Network, x, y mat.Matrix, opts FitOptions, search RateSearch) (*RateCurve, error) {
	n, ok := made(net)
	switch {
	case ctx == nil:
		return nil, errors.New("mlp: FindLearningRate: nil context")
	case !ok:
		return nil, notMade("FindLearningRate")
	}
	if err := n.take("FindLearningRate"); err != nil {
		return nil, err
	}
	defer n.release()
	xd, yd, err := n.checkTraining("FindLearningRate", x, y, &buffer{})
	if err != nil {
		return nil, err
	}
	if err := refuse("mlp: FindLearningRate: %s is for Fit", opts.ofEpochs()); err != nil {
		return nil, err
	}
	if opts, err = opts.withDefaults("FindLearningRate"); err != nil {
		return nil, err
	}
	if search, err = search.withDefaults(); err != nil {
		return nil, err
	}
	rate := opts.Optimizer.Rate()
	if rate == 0 {
		return nil, fmt.Errorf("mlp: FindLearningRate: optimizer %s has no learning rate", quote.Text(opts.Optimizer.Name()))
	}
	generator := *n.pcg // before NewPass can draw from it
	defer func() { *n.pcg = generator }()
	data, err := newTable("FindLearningRate", n, xd, yd, &opts)
	if err != nil {
		return nil, err
	}
	s, err := newStepper("FindLearningRate", n, opts, data.batchSize)
	if err != nil {
		return nil, err
	}
	defer s.env.team.Close()
	if err := s.checkSource(data); err != nil {
		return nil, err
	}
	s.setScorer(yd)
	return (&rateFinder{stepper: s, search: search, rate: rate, best: math.Inf(1)}).run(ctx, data)
}

// withDefaults returns the search with defaults in place of zeros, or an error
// if it is invalid.
func (s RateSearch) withDefaults() (RateSearch, error) {
	s.Low, s.High, s.Steps = cmp.Or(s.Low, 1e-7), cmp.Or(s.High, 10), cmp.Or(s.Steps, 100)
	if !(s.Low > 0 && s.Low < s.High) || math.IsInf(s.High, 1) {
		return s, fmt.Errorf("mlp: FindLearningRate: rates from %g to %g, want ascending numbers above 0", s.Low, s.High)
	}
	if s.Steps < 2 {
		return s, fmt.Errorf("mlp: FindLearningRate: Steps is %d, want at least 2 (or 0 for the default)", s.Steps)
	}
	return s, nil
}

// rateFinder is a search in progress.
type rateFinder struct {
	*stepper
	search  RateSearch
	rate    float64 // of the optimizer
	curve   RateCurve
	average float64 // of the losses, without bias correction
	best    float64 // the smallest smoothed loss
}

// errEnough ends the search.
var errEnough = errors.New("enough")

// run takes the steps of the search, going through the data as often as needed,
// and then restores the weights.
func (f *rateFinder) run(ctx context.Context, data source) (*RateCurve, error) {
	f.net.mark(stepping)
	f.begin()
	f.lost = true // so that end restores the weights in any case
	defer f.end()
	var err error
	for epoch := 1; err == nil; epoch++ {
		err = data.each(epoch, f.rng, func(b *batch) error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("mlp: FindLearningRate: step %d: %w", len(f.curve.Rates)+1, err)
			}
			return f.trainOn(b)
		})
		if err == nil && f.tally.batches > 0 {
			err = f.takeStep()
		}
	}
	if !errors.Is(err, errEnough) {
		return nil, err
	}
	f.curve.suggest(f.search.Steps / 10)
	return &f.curve, nil
}

// trainOn trains on a batch. It takes a step if the batch completes one.
func (f *rateFinder) trainOn(b *batch) error {
	loss, weight := f.gradient(b)
	switch {
	case !finite(loss) && len(f.curve.Rates) == 0:
		return f.diverged(1, 1, loss)
	case !finite(loss):
		return errEnough
	case f.add(b.rows(), loss, weight):
		return f.takeStep()
	}
	return nil
}

// takeStep records the loss and takes a step, unless the search is over.
func (f *rateFinder) takeStep() error {
	const decay = 0.98
	taken := len(f.curve.Rates)
	rate := f.search.Low * kernel.Pow(f.search.High/f.search.Low, float64(taken)/float64(f.search.Steps-1))
	f.average = runningMean(decay, f.average, f.tally.loss)
	smooth := f.average / kernel.BiasCorrection(decay, taken+1)
	f.curve.Rates = append(f.curve.Rates, rate)
	f.curve.Losses = append(f.curve.Losses, smooth)
	f.best = min(f.best, smooth)
	if smooth-f.best > 3*math.Abs(f.best) || taken+1 == f.search.Steps {
		return errEnough
	}
	f.pace.rate = rate / f.rate
	f.step()
	return nil
}

// suggest finds the steepest fall of the losses, except for those at the start,
// which average only a few.
func (c *RateCurve) suggest(start int) {
	steepest := 0.0
	for i := start; i+1 < len(c.Rates); i++ {
		if slope := c.Losses[i+1] - c.Losses[i]; slope < steepest {
			steepest, c.Suggestion = slope, c.Rates[i]
		}
	}
}

package selection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"example.com/mlp/dataset"
)

// A Search runs a trial for candidates and folds. Its methods may be called
// from many goroutines at once.
//
// The result is the same, to the bit, for any number of workers. A trial that
// fails, for instance with an *mlp.DivergedError, does not end a search: the
// error is stored with the candidate, which has no mean and ranks behind all
// others. A panic is such a failure, whose error names the functions that were
// running. A score that is not finite is one, too, and so is one that is
// undefined: a mean that leaves out the folds without a score would be over
// different rows than the means of the other candidates.
type Search[S any] struct {
	Trial Trial[S]
	Folds []dataset.Fold

	// Labels are the classes of all rows, as Data.Labels returns them, for
	// LearningCurve to keep their proportions. With nil, rows are drawn
	// regardless of class.
	Labels []int

	// Seed determines the seeds of the trials: each fold has its own, which is
	// the same for all candidates, so that they differ only in their settings.
	Seed uint64

	// Workers is the number of trials that run at once; 0 means GOMAXPROCS.
	Workers int
}

// Run runs the trial for every candidate and every fold.
//
// When ctx is canceled, Run returns as soon as the trials do, with the finished
// results and an error that wraps ctx.Err(). If no candidate got a score, it
// returns the results and an error, and if something is missing from the
// search, only an error.
func (s Search[S]) Run(ctx context.Context, candidates []S) (*Results[S], error) {
	r, err := s.run(ctx, candidates)
	if err != nil {
		err = fmt.Errorf("selection: Search.Run: %w", err)
	}
	return r, err
}

func (s Search[S]) run(ctx context.Context, candidates []S) (*Results[S], error) {
	if err := s.check(ctx, candidates); err != nil {
		return nil, err
	}
	outcomes, done := s.runAll(ctx, candidates)
	r := newResults(candidates, len(s.Folds), outcomes)
	if err := ctx.Err(); err != nil && done < len(outcomes) {
		return r, fmt.Errorf("%d of %d trials done: %w", done, len(outcomes), err)
	}
	if _, err := r.best(); err != nil {
		return r, err
	}
	return r, nil
}

func (s Search[S]) check(ctx context.Context, candidates []S) error {
	switch {
	case ctx == nil:
		return errors.New("nil context")
	case s.Trial == nil:
		return errors.New("no trial")
	case len(s.Folds) == 0:
		return errors.New("no folds")
	case len(candidates) == 0:
		return errors.New("no candidates")
	case s.Workers < 0:
		return fmt.Errorf("%d workers, want at least 1 (or 0 for the default)", s.Workers)
	}
	return checkFolds(s.Folds)
}

// checkFolds returns an error for a fold without rows to train or to test with.
func checkFolds(folds []dataset.Fold) error {
	for i, f := range folds {
		if err := checkFold(i, f); err != nil {
			return err
		}
	}
	return nil
}

func checkFold(i int, f dataset.Fold) error {
	if len(f.Train) == 0 || len(f.Test) == 0 {
		return fmt.Errorf("fold %d has %d rows to train and %d to test, want at least 1", i, len(f.Train), len(f.Test))
	}
	return nil
}

// runAll runs all trials, those of the first candidate first, and returns their
// outcomes and how many finished before ctx was canceled. The others have neither
// a score nor an error.
func (s Search[S]) runAll(ctx context.Context, candidates []S) (outcomes []Outcome, done int) {
	outcomes = make([]Outcome, len(candidates)*len(s.Folds))
	for i := range outcomes {
		outcomes[i] = Outcome{Candidate: i / len(s.Folds), Fold: i % len(s.Folds), Score: math.NaN()}
	}
	var ended atomic.Int64
	each(ctx, len(outcomes), s.Workers, func(i int) (more bool) {
		o := &outcomes[i]
		score, err := s.try(ctx, candidates[o.Candidate], o.Fold)
		if err != nil && ctx.Err() != nil {
			return false // canceled, not failed
		}
		o.Score, o.Err = score, err
		ended.Add(1)
		return true
	})
	return outcomes, int(ended.Load())
}

// clipped returns a fold whose rows others read, too, and nobody can append to.
func clipped(f dataset.Fold) dataset.Fold {
	return dataset.Fold{Train: slices.Clip(f.Train), Validation: slices.Clip(f.Validation), Test: slices.Clip(f.Test)}
}

// rand returns the random number generator of a fold.
func (s Search[S]) rand(fold int) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed, uint64(fold)))
}

// Draw returns n candidates for a random search (Bergstra, Bengio, Random
// Search for Hyper-Parameter Optimization, 2012): those that draw makes from
// random numbers, one after the other. The same seed gives the same candidates.
// A nil draw gives none.
func Draw[S any](n int, seed uint64, draw func(rng *rand.Rand) S) []S {
	if draw == nil {
		return nil
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	candidates := make([]S, max(n, 0))
	for i := range candidates {
		candidates[i] = draw(rng)
	}
	return candidates
}

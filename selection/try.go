package selection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strings"

	"example.com/mlp"
)

// Try runs the trial for one candidate and one fold, as Run does: with the same
// rows and the same seed, so the score is that of Run to the bit. It is for
// trials on several machines, whose outcomes Collect makes into Results.
//
// The error is that of the trial, as it is: it belongs into an Outcome, like the
// score, which is NaN then. When ctx is canceled, a trial has no outcome: the
// error is ctx.Err(). Errors that begin with "selection: Search.Try" are for a
// fold that is not in the search and for a search without a trial.
func (s Search[S]) Try(ctx context.Context, settings S, fold int) (float64, error) {
	if err := s.checkTry(ctx, fold); err != nil {
		return math.NaN(), fmt.Errorf("selection: Search.Try: %w", err)
	}
	return s.try(ctx, settings, fold)
}

func (s Search[S]) checkTry(ctx context.Context, fold int) error {
	switch {
	case ctx == nil:
		return errors.New("nil context")
	case s.Trial == nil:
		return errors.New("no trial")
	case fold < 0 || fold >= len(s.Folds):
		return fmt.Errorf("fold %d, the search has %d folds, the first is 0", fold, len(s.Folds))
	}
	return checkFold(fold, s.Folds[fold])
}

// try runs one trial. With an error, the score is NaN.
func (s Search[S]) try(ctx context.Context, settings S, fold int) (float64, error) {
	score, err := s.recovered(ctx, settings, fold)
	switch {
	case err == nil && notFinite(score):
		return math.NaN(), fmt.Errorf("the score is %g: %w", score, mlp.ErrNotFinite)
	case err != nil && ctx.Err() != nil:
		return math.NaN(), ctx.Err() // canceled, not failed
	case err != nil:
		return math.NaN(), err
	}
	return score, nil
}

// recovered runs one trial, whose panic is its error: on a goroutine of a search
// nobody else could recover it, and all other scores would be lost.
func (s Search[S]) recovered(ctx context.Context, settings S, fold int) (score float64, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicError(v)
		}
	}()
	return s.Trial(ctx, settings, clipped(s.Folds[fold]), s.rand(fold).Uint64())
}

// panicError returns the error for a value that a trial panicked with: its text,
// followed by the functions from the one that panicked to the trial, one a line.
// Unlike those of a stack trace, the lines have no addresses, so the text is the
// same on each machine. It is called by the function that recovers.
func panicError(v any) error {
	const functions = 32
	pcs := make([]uintptr, functions)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // without Callers, panicError and its caller
	var lines strings.Builder
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasSuffix(f.Function, "selection.Search[...].recovered") {
			break
		}
		if !strings.HasPrefix(f.Function, "runtime.") {
			fmt.Fprintf(&lines, "\n\t%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line)
		}
	}
	if err, ok := v.(error); ok {
		return fmt.Errorf("panic: %w%s", err, &lines)
	}
	return fmt.Errorf("panic: %v%s", v, &lines)
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

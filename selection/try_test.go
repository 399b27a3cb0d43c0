package selection_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sync"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// Try gives the scores and the errors of Run, in any order and on many goroutines.
func TestTryIsATrialOfRun(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	search := selection.Search[small]{Trial: selection.OnData(data, fitSmall, nil), Folds: folds(t, 150, 4), Seed: 3}
	candidates := []small{{4, 0.1, 5}, {8, 0.1, 5}, {8, 1e200, 5}, {0, 0.1, 5}}
	want, err := search.Run(t.Context(), candidates)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, settings := range slices.Backward(candidates) {
		for fold := range slices.Backward(search.Folds) {
			wg.Go(func() {
				score, err := search.Try(t.Context(), settings, fold)
				c := want.Candidates[i]
				if math.Float64bits(score) != math.Float64bits(c.Scores[fold]) {
					t.Errorf("candidate %d, fold %d: %v, Run has %v", i, fold, score, c.Scores[fold])
				}
				if failed := c.Err != nil; failed != (err != nil) || failed && fold == 0 && "fold 0: "+err.Error() != c.Err.Error() {
					t.Errorf("candidate %d, fold %d: error %v, Run has %v", i, fold, err, c.Err)
				}
			})
		}
	}
	wg.Wait()
}

func TestTryErrors(t *testing.T) {
	search := ordered(t, 2, unlucky)
	noRows, noTrial := search, search
	noRows.Folds = []dataset.Fold{{Train: []int{0}}}
	noTrial.Trial = nil
	for _, c := range []struct {
		want   string
		search selection.Search[float64]
		ctx    context.Context
		fold   int
	}{
		{"nil context", search, nil, 0},
		{"no trial", noTrial, t.Context(), 0},
		{"fold 2, the search has 2 folds, the first is 0", search, t.Context(), 2},
		{"fold -1, the search has 2 folds, the first is 0", search, t.Context(), -1},
		{"fold 0 has 1 rows to train and 0 to test, want at least 1", noRows, t.Context(), 0},
	} {
		score, err := c.search.Try(c.ctx, 1, c.fold)
		wantError(t, err, "selection: Search.Try: "+c.want)
		if !math.IsNaN(score) {
			t.Errorf("%s: score %g", c.want, score)
		}
	}

	score, err := search.Try(t.Context(), -1, 1)
	wantError(t, err, "setting -1: no luck")
	if !math.IsNaN(score) || !errors.Is(err, errTrial) {
		t.Errorf("score %g, error %v", score, err)
	}
	search.Trial = func(context.Context, float64, dataset.Fold, uint64) (float64, error) { return math.Inf(1), nil }
	score, err = search.Try(t.Context(), 1, 1)
	wantError(t, err, "the score is +Inf: not finite")
	if !math.IsNaN(score) || !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("score %g, error %v", score, err)
	}
}

// A trial that fails because it was canceled has no outcome; one that ends all the
// same has.
func TestTryCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if score, err := ordered(t, 2, unlucky).Try(ctx, -1, 0); !math.IsNaN(score) || err != context.Canceled {
		t.Errorf("%g, %v", score, err)
	}
	if score, err := ordered(t, 2, unlucky).Try(ctx, 1, 0); score != 1 || err != nil {
		t.Errorf("%g, %v", score, err)
	}
}

func deeper(s []float64, i int) float64 { return s[i] }

// A panic is the error of its trial and of no other, with the way to it.
func TestPanicIsAnError(t *testing.T) {
	search := ordered(t, 2, func(_ context.Context, s float64, fold dataset.Fold, _ uint64) (float64, error) {
		switch {
		case s == 1 && fold.Test[0] == 1:
			return deeper([]float64{1, 2}, 3+int(s)), nil
		case s == 2:
			panic(fmt.Errorf("wrapped: %w", errTrial))
		case s == 3:
			panic("a text")
		}
		return s, nil
	})
	r, err := search.Run(t.Context(), []float64{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		1: `fold 1: panic: runtime error: index out of range \[4\] with length 2
	example.com/mlp/selection_test.deeper \(try_test.go:\d+\)
	example.com/mlp/selection_test.TestPanicIsAnError.func\d+ \(try_test.go:\d+\)`,
		2: `fold 0: panic: wrapped: no luck
	example.com/mlp/selection_test.TestPanicIsAnError.func\d+ \(try_test.go:\d+\)`,
		3: `fold 0: panic: a text
	example.com/mlp/selection_test.TestPanicIsAnError.func\d+ \(try_test.go:\d+\)`,
	} {
		c := r.Candidates[i]
		if i == 0 {
			if c.Rank != 1 || c.Err != nil {
				t.Errorf("%+v", c)
			}
			continue
		}
		if c.Err == nil || c.Rank != 0 || !regexp.MustCompile("^"+want+"$").MatchString(c.Err.Error()) {
			t.Errorf("candidate %d: error %v\nwant %s", i, c.Err, want)
		}
	}
	if !errors.Is(r.Candidates[2].Err, errTrial) || r.Candidates[1].Scores[0] != 1 {
		t.Errorf("%+v", r.Candidates)
	}
}

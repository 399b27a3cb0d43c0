package selection_test

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

type funded struct {
	Quality, Budget int
}

func setBudget(s *funded, budget int) { s.Budget = budget }

// The best candidates survive to the last round, and the budget grows.
func TestHalve(t *testing.T) {
	var mu sync.Mutex
	tried := make(map[funded]int)
	search := selection.Search[funded]{
		Trial: func(_ context.Context, s funded, fold dataset.Fold, _ uint64) (float64, error) {
			mu.Lock()
			defer mu.Unlock()
			tried[s]++
			return float64(s.Quality) / 10, nil
		},
		Folds: folds(t, 10, 2),
	}
	var candidates []funded
	for i := range 10 {
		candidates = append(candidates, funded{Quality: i * 7 % 10})
	}
	rounds, err := search.Halve(t.Context(), candidates, selection.Halving[funded]{Budgets: []int{1, 10, 100}, SetBudget: setBudget})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]funded
	for _, r := range rounds {
		var settings []funded
		for _, c := range r.Candidates {
			settings = append(settings, c.Settings)
			if tried[c.Settings] != 2 {
				t.Errorf("%v was tried %d times, want once a fold", c.Settings, tried[c.Settings])
			}
		}
		got = append(got, settings)
	}
	want := [][]funded{
		{{0, 1}, {7, 1}, {4, 1}, {1, 1}, {8, 1}, {5, 1}, {2, 1}, {9, 1}, {6, 1}, {3, 1}},
		{{7, 10}, {8, 10}, {9, 10}, {6, 10}},
		{{8, 100}, {9, 100}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rounds %v\nwant   %v", got, want)
	}
	if best, err := rounds[2].Best(); err != nil || best.Settings != (funded{9, 100}) {
		t.Errorf("best %+v (%v)", best, err)
	}
	if candidates[9] != (funded{Quality: 3}) {
		t.Errorf("the caller's candidate has become %v", candidates[9])
	}
}

// Candidates that fail do not survive.
func TestHalveFailures(t *testing.T) {
	search := selection.Search[funded]{
		Trial: func(_ context.Context, s funded, fold dataset.Fold, _ uint64) (float64, error) {
			if s.Quality*s.Budget >= 20 {
				return 0, errTrial
			}
			return float64(s.Quality), nil
		},
		Folds: folds(t, 10, 2),
	}
	h := selection.Halving[funded]{Budgets: []int{5, 10}, Factor: 2, SetBudget: setBudget}
	rounds, err := search.Halve(t.Context(), []funded{{1, 0}, {5, 0}, {6, 0}, {7, 0}}, h)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rounds[1].Candidates); n != 1 || rounds[1].Candidates[0].Settings != (funded{1, 10}) {
		t.Errorf("the last round is\n%v", rounds[1])
	}
	rounds, err = search.Halve(t.Context(), []funded{{2, 0}, {3, 0}}, h)
	wantError(t, err, "selection: Search.Halve: round 1: no candidate has a score for every fold; candidate 0, fold 0: no luck")
	if len(rounds) != 2 {
		t.Errorf("%d rounds", len(rounds))
	}
}

func TestHalveErrors(t *testing.T) {
	search := selection.Search[funded]{
		Trial: func(context.Context, funded, dataset.Fold, uint64) (float64, error) { return 0, nil },
		Folds: folds(t, 10, 2),
	}
	for want, h := range map[string]selection.Halving[funded]{
		"no budgets":            {SetBudget: setBudget},
		"no function SetBudget": {Budgets: []int{1}},
		"factor 1, want at least 2 (or 0 for the default)":     {Budgets: []int{1}, SetBudget: setBudget, Factor: 1},
		"budget 1 is 3 and budget 2 is 3, want them to ascend": {Budgets: []int{1, 3, 3}, SetBudget: setBudget},
	} {
		rounds, err := search.Halve(t.Context(), []funded{{}}, h)
		wantError(t, err, "selection: Search.Halve: "+want)
		if rounds != nil {
			t.Errorf("%s: rounds %v", want, rounds)
		}
	}
	h := selection.Halving[funded]{Budgets: []int{1}, SetBudget: setBudget}
	_, err := search.Halve(t.Context(), nil, h)
	wantError(t, err, "selection: Search.Halve: round 0: no candidates")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = search.Halve(ctx, []funded{{}}, h)
	wantError(t, err, fmt.Sprintf("selection: Search.Halve: round 0: 0 of 2 trials done: %v", context.Canceled))
}

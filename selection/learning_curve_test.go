package selection_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// Each size has rows of Train, those of the smaller sizes among them, at
// random, and all rows of Test.
func TestLearningCurveRows(t *testing.T) {
	var mu sync.Mutex
	rows := make(map[int]map[int][]int) // by first test row and size
	search := selection.Search[string]{
		Trial: func(_ context.Context, s string, fold dataset.Fold, _ uint64) (float64, error) {
			mu.Lock()
			defer mu.Unlock()
			if rows[fold.Test[0]] == nil {
				rows[fold.Test[0]] = make(map[int][]int)
			}
			rows[fold.Test[0]][len(fold.Train)] = slices.Clone(fold.Train)
			if s != "settings" || len(fold.Test) != 10 {
				t.Errorf("%q, %d test rows", s, len(fold.Test))
			}
			return 1 - 1/float64(len(fold.Train)), nil
		},
		Folds: folds(t, 50, 5),
	}
	before := slices.Clone(search.Folds[0].Train)
	r, err := search.LearningCurve(t.Context(), "settings", []int{5, 40, 10})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{5, 40, 10} {
		if c := r.Candidates[i]; c.Settings != want || c.Mean != 1-1/float64(want) {
			t.Errorf("candidate %d: %+v", i, c)
		}
	}
	for _, f := range search.Folds {
		seen := rows[f.Test[0]]
		if !slices.Equal(seen[5], seen[40][:5]) || !slices.Equal(seen[10], seen[40][:10]) {
			t.Errorf("sizes that do not grow: %v", seen)
		}
		if slices.IsSorted(seen[40]) {
			t.Error("the rows are in order")
		}
		all := slices.Clone(seen[40])
		slices.Sort(all)
		if !slices.Equal(all, f.Train) {
			t.Errorf("rows %v of %v", all, f.Train)
		}
	}
	if !slices.Equal(before, search.Folds[0].Train) {
		t.Error("the folds have changed")
	}
}

func TestLearningCurveErrors(t *testing.T) {
	search := ordered(t, 4, known)
	_, err := search.LearningCurve(t.Context(), 1, []int{2, 4})
	wantError(t, err, "selection: LearningCurve: size 1 is 4, fold 0 has 3 rows to train")
	_, err = search.LearningCurve(t.Context(), 1, []int{0})
	wantError(t, err, "selection: LearningCurve: size 0 is 0, fold 0 has 3 rows to train")
	_, err = search.LearningCurve(t.Context(), 1, nil)
	wantError(t, err, "selection: LearningCurve: no sizes")
	search.Trial = nil
	_, err = search.LearningCurve(t.Context(), 1, []int{2})
	wantError(t, err, "selection: LearningCurve: no trial")
}

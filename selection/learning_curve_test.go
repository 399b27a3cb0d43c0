package selection_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// Each size has random rows of Train, including those of the smaller sizes, and
// all rows of Test.
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

// With labels, every size has the proportions of the classes, and a row of the
// rare ones.
func TestLearningCurveLabels(t *testing.T) {
	labels := make([]int, 200) // 150, 45 and 5 rows
	for i := range labels {
		switch {
		case i%40 == 0:
			labels[i] = 7
		case i%4 == 1 && i%40 != 1:
			labels[i] = 1
		}
	}
	total := map[int]int{}
	for _, class := range labels {
		total[class]++
	}
	var mu sync.Mutex
	drawn := map[int][]int{} // of the first fold
	search := selection.Search[int]{
		Trial: func(_ context.Context, _ int, fold dataset.Fold, _ uint64) (float64, error) {
			counts := map[int]int{}
			for _, row := range fold.Train {
				counts[labels[row]]++
			}
			n := len(fold.Train)
			for class, count := range counts {
				share := float64(n*total[class]) / 200
				if !(math.Abs(float64(count)-share) < 2) {
					t.Errorf("%d rows: %d of class %d, want about %.1f", n, count, class, share)
				}
			}
			if len(counts) != 3 {
				t.Errorf("%d rows: classes %v, want all three", n, counts)
			}
			if fold.Test[0] == 0 {
				mu.Lock()
				defer mu.Unlock()
				drawn[n] = slices.Clone(fold.Train)
			}
			return 1, nil
		},
		Labels: labels,
	}
	var err error
	if search.Folds, err = dataset.StratifiedKFold(labels, dataset.FoldOptions{KeepOrder: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := search.LearningCurve(t.Context(), 0, []int{3, 4, 10, 33, 160}); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{3, 4, 10, 33} {
		if !slices.Equal(drawn[size], drawn[160][:size]) {
			t.Errorf("the %d rows are not the first of all", size)
		}
	}
	if slices.IsSorted(drawn[160]) {
		t.Error("the rows are in order")
	}
	other := drawn[160]
	search.Seed = 1
	if _, err := search.LearningCurve(t.Context(), 0, []int{160}); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(other, drawn[160]) {
		t.Error("another seed draws the same rows")
	}
}

// A table with a rare class has a curve that starts with only a few rows.
func TestLearningCurveOfARareClass(t *testing.T) {
	for _, target := range []dataset.Target{dataset.Classes("y"), dataset.Binary("y", "rare")} {
		var text strings.Builder
		text.WriteString("x,y\n")
		labels := make([]int, 100)
		for i := range labels {
			name := "usual"
			if i%20 == 0 {
				name, labels[i] = "rare", 1
			}
			fmt.Fprintf(&text, "%d,%s\n", i%7, name)
		}
		table, err := dataset.ReadTable(strings.NewReader(text.String()), ',')
		if err != nil {
			t.Fatal(err)
		}
		folds, err := dataset.StratifiedKFold(labels, dataset.FoldOptions{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		fit := func(ctx context.Context, _ int, train *dataset.Data, seed uint64) (mlp.Network, error) {
			if len(train.Classes) != 2 {
				t.Errorf("classes %q", train.Classes)
			}
			last, loss := mlp.Dense(1, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy
			if _, k := train.Y.Dims(); k == 2 {
				last, loss = mlp.Dense(1, 2, mlp.Softmax), mlp.CategoricalCrossEntropy
			}
			return mlp.Model([]mlp.Layer{last}, loss, mlp.WithSeed(seed))
		}
		search := selection.Search[int]{Trial: selection.OnTable(table, dataset.Recipe{Target: target}, fit, nil), Folds: folds, Labels: labels}
		r, err := search.LearningCurve(t.Context(), 0, []int{2, 5, 20, 80})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Candidates {
			if c.Rank == 0 {
				t.Errorf("%d rows: %v", c.Settings, c.Err)
			}
		}
	}
}

func TestLearningCurveErrors(t *testing.T) {
	search := ordered(t, 4, known)
	search.Labels = []int{0, 1, 0}
	_, err := search.LearningCurve(t.Context(), 1, []int{2})
	wantError(t, err, "selection: Search.LearningCurve: fold 0: row 3 to train with has no label, there are 3")
	search.Labels = nil
	_, err = search.LearningCurve(t.Context(), 1, []int{2, 4})
	wantError(t, err, "selection: Search.LearningCurve: size 1 is 4, fold 0 has 3 rows to train")
	_, err = search.LearningCurve(t.Context(), 1, []int{0})
	wantError(t, err, "selection: Search.LearningCurve: size 0 is 0, fold 0 has 3 rows to train")
	_, err = search.LearningCurve(t.Context(), 1, nil)
	wantError(t, err, "selection: Search.LearningCurve: no sizes")
	search.Trial = nil
	_, err = search.LearningCurve(t.Context(), 1, []int{2})
	wantError(t, err, "selection: Search.LearningCurve: no trial")
}

package dataset_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

// checkPartition reports an error unless every row of n is in exactly one part
// of the fold.
func checkPartition(t *testing.T, f dataset.Fold, n int) {
	t.Helper()
	all := slices.Sorted(slices.Values(slices.Concat(f.Train, f.Validation, f.Test)))
	if !slices.Equal(all, ascending(n)) {
		t.Fatalf("%+v is no partition of %d rows", f, n)
	}
}

// checkFolds reports an error unless every fold is a partition of n rows and
// every row is in one Test, in ascending order.
func checkFolds(t *testing.T, folds []dataset.Fold, n int) {
	t.Helper()
	var all []int
	for _, f := range folds {
		checkPartition(t, f, n)
		if !slices.IsSorted(f.Train) || !slices.IsSorted(f.Test) || f.Validation != nil {
			t.Errorf("%+v", f)
		}
		all = append(all, f.Test...)
	}
	slices.Sort(all)
	if !slices.Equal(all, ascending(n)) {
		t.Errorf("the Tests are no partition of %d rows: %v", n, all)
	}
}

// some labels and groups of n rows.
func someLabels(n, kinds int) []string {
	labels := make([]string, n)
	for i := range labels {
		labels[i] = fmt.Sprint("k", i*i%(kinds*7)%kinds)
	}
	return labels
}

func count(labels []string, rows []int) map[string]int {
	n := make(map[string]int)
	for _, row := range rows {
		n[labels[row]]++
	}
	return n
}

func TestKFold(t *testing.T) {
	for _, n := range []int{2, 5, 17, 100} {
		for k := 2; k <= min(n, 10); k++ {
			folds, err := dataset.KFold(n, dataset.FoldOptions{Folds: k, Seed: 3})
			if err != nil {
				t.Fatal(err)
			}
			checkFolds(t, folds, n)
			for _, f := range folds {
				if len(f.Test) != n/k && len(f.Test) != n/k+1 || len(folds) != k {
					t.Errorf("%d rows, %d of %d folds: Test has %d", n, len(folds), k, len(f.Test))
				}
			}
		}
	}
	folds, err := dataset.KFold(20, dataset.FoldOptions{})
	if err != nil || len(folds) != 5 {
		t.Errorf("%d folds by default, %v", len(folds), err)
	}
}

func TestStratifiedKFold(t *testing.T) {
	for _, n := range []int{40, 61, 200} {
		for _, kinds := range []int{1, 2, 4} {
			labels := someLabels(n, kinds)
			all := count(labels, ascending(n))
			for _, k := range []int{2, 3, 5} {
				folds, err := dataset.StratifiedKFold(labels, dataset.FoldOptions{Folds: k, Seed: 5})
				if err != nil {
					t.Fatal(err)
				}
				checkFolds(t, folds, n)
				for _, f := range folds {
					for label, got := range count(labels, f.Test) {
						if want := float64(all[label]) / float64(k); math.Abs(float64(got)-want) >= 1 {
							t.Errorf("%d rows, %d folds: Test has %d of %s, want about %g", n, k, got, label, want)
						}
					}
					if len(f.Test) != n/k && len(f.Test) != n/k+1 {
						t.Errorf("%d rows, %d folds: Test has %d", n, k, len(f.Test))
					}
				}
			}
		}
	}
}

func TestGroupKFold(t *testing.T) {
	groups := someLabels(200, 23)
	for _, k := range []int{2, 5, 8} {
		folds, err := dataset.GroupKFold(groups, dataset.FoldOptions{Folds: k, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		checkFolds(t, folds, len(groups))
		for _, f := range folds {
			checkDisjoint(t, groups, f)
			if len(f.Test) == 0 {
				t.Error("an empty Test")
			}
		}
	}
}

// checkDisjoint reports an error if a group is in two parts.
func checkDisjoint(t *testing.T, groups []string, f dataset.Fold) {
	t.Helper()
	in := make(map[string]int)
	for part, rows := range [][]int{f.Train, f.Validation, f.Test} {
		for _, row := range rows {
			if before, ok := in[groups[row]]; ok && before != part {
				t.Fatalf("group %s is in two parts", groups[row])
			}
			in[groups[row]] = part
		}
	}
}

// Folds follow from the seed alone, and differ for another one.
func TestFoldsFollowSeed(t *testing.T) {
	labels := someLabels(60, 3)
	groups := ascending(30)
	groups = append(groups, groups...)
	for _, kind := range []struct {
		name string
		fold func(seed uint64) ([]dataset.Fold, error)
	}{
		{"KFold", func(seed uint64) ([]dataset.Fold, error) { return dataset.KFold(60, dataset.FoldOptions{Seed: seed}) }},
		{"StratifiedKFold", func(seed uint64) ([]dataset.Fold, error) {
			return dataset.StratifiedKFold(labels, dataset.FoldOptions{Seed: seed})
		}},
		{"GroupKFold", func(seed uint64) ([]dataset.Fold, error) {
			return dataset.GroupKFold(groups, dataset.FoldOptions{Seed: seed})
		}},
		{"Split", func(seed uint64) ([]dataset.Fold, error) {
			f, err := dataset.Split(60, dataset.SplitOptions{Seed: seed})
			return []dataset.Fold{f}, err
		}},
		{"StratifiedSplit", func(seed uint64) ([]dataset.Fold, error) {
			f, err := dataset.StratifiedSplit(labels, dataset.SplitOptions{Seed: seed})
			return []dataset.Fold{f}, err
		}},
		{"GroupSplit", func(seed uint64) ([]dataset.Fold, error) {
			f, err := dataset.GroupSplit(groups, dataset.SplitOptions{Seed: seed})
			return []dataset.Fold{f}, err
		}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			one, err1 := kind.fold(1)
			again, err2 := kind.fold(1)
			two, err3 := kind.fold(2)
			if err1 != nil || err2 != nil || err3 != nil {
				t.Fatal(err1, err2, err3)
			}
			if !slices.EqualFunc(one, again, sameFold) {
				t.Error("the same seed gives other folds")
			}
			if slices.EqualFunc(one, two, sameFold) {
				t.Error("another seed gives the same folds")
			}
		})
	}
}

// The rows that a seed selects are a promise: they must never change.
func TestFoldsAreFixed(t *testing.T) {
	folds, err := dataset.KFold(7, dataset.FoldOptions{Folds: 3, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	stratified, err := dataset.StratifiedKFold([]int{0, 0, 0, 1, 1, 1, 1}, dataset.FoldOptions{Folds: 3, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	grouped, err := dataset.GroupKFold([]int{0, 0, 1, 1, 2, 2, 3}, dataset.FoldOptions{Folds: 3, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]int
	for _, f := range slices.Concat(folds, stratified, grouped) {
		got = append(got, f.Test)
	}
	want := [][]int{{0, 2, 5}, {3, 6}, {1, 4}, {1, 4, 5}, {2, 3}, {0, 6}, {0, 1, 6}, {2, 3}, {4, 5}}
	if !slices.EqualFunc(got, want, slices.Equal[[]int]) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSplitThreeWays(t *testing.T) {
	const n = 101
	labels := someLabels(n, 4)
	groups := someLabels(n, 19)
	opts := dataset.SplitOptions{Test: 0.2, Validation: 0.15, Seed: 9}

	f, err := dataset.Split(n, opts)
	if err != nil {
		t.Fatal(err)
	}
	checkPartition(t, f, n)
	if len(f.Test) != 21 || len(f.Validation) != 16 {
		t.Errorf("%d rows in Test and %d in Validation", len(f.Test), len(f.Validation))
	}

	f, err = dataset.StratifiedSplit(labels, opts)
	if err != nil {
		t.Fatal(err)
	}
	checkPartition(t, f, n)
	if len(f.Test) != 21 || len(f.Validation) != 16 {
		t.Errorf("%d rows in Test and %d in Validation", len(f.Test), len(f.Validation))
	}
	test, validation := count(labels, f.Test), count(labels, f.Validation)
	for label, all := range count(labels, ascending(n)) {
		if want := float64(all) * 21 / n; math.Abs(float64(test[label])-want) >= 1 {
			t.Errorf("Test has %d of %s, want about %g", test[label], label, want)
		}
		left := all - test[label]
		if want := float64(left) * 16 / (n - 21); math.Abs(float64(validation[label])-want) >= 1 {
			t.Errorf("Validation has %d of %s, want about %g", validation[label], label, want)
		}
	}

	f, err = dataset.GroupSplit(groups, opts)
	if err != nil {
		t.Fatal(err)
	}
	checkPartition(t, f, n)
	checkDisjoint(t, groups, f)
	if len(f.Validation) == 0 || len(f.Test) == 0 {
		t.Error("an empty part")
	}
}

// Labels that are NaN are one class or group, like other equal labels.
func TestFoldsOfNaN(t *testing.T) {
	nan := math.NaN()
	_, err := dataset.GroupKFold([]float64{nan, nan, nan, 1}, dataset.FoldOptions{Folds: 3})
	wantError(t, err, "dataset: GroupKFold: 3 folds of 2 groups, want at most as many folds as groups")
	f, err := dataset.GroupSplit([]float64{nan, 1, nan, 2}, dataset.SplitOptions{Test: 0.5})
	if err != nil || len(f.Test) == 0 || slices.Contains(f.Test, 0) != slices.Contains(f.Test, 2) {
		t.Errorf("%+v, %v", f, err)
	}
	f, err = dataset.StratifiedSplit([]float64{1, nan, 1, nan}, dataset.SplitOptions{Test: 0.5})
	if err != nil || slices.Contains(f.Test, 1) == slices.Contains(f.Test, 3) {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestFoldErrors(t *testing.T) {
	folds := func(f []dataset.Fold, err error) error {
		if f != nil {
			t.Error("folds beside an error")
		}
		return err
	}
	fold := func(f dataset.Fold, err error) error {
		if f.Train != nil || f.Test != nil {
			t.Error("a fold beside an error")
		}
		return err
	}
	for _, test := range []struct {
		err     error
		message string
	}{
		{folds(dataset.KFold(3, dataset.FoldOptions{})), "KFold: 5 folds of 3 rows, want at most as many folds as rows"},
		{folds(dataset.KFold(-1, dataset.FoldOptions{})), "KFold: 5 folds of -1 rows, want at most as many folds as rows"},
		{folds(dataset.KFold(9, dataset.FoldOptions{Folds: 1})), "KFold: 1 folds, want at least 2"},
		{folds(dataset.KFold(9, dataset.FoldOptions{Folds: -5})), "KFold: -5 folds, want at least 2"},
		{folds(dataset.StratifiedKFold([]string(nil), dataset.FoldOptions{})), "StratifiedKFold: 5 folds of 0 rows, want at most as many folds as rows"},
		{folds(dataset.StratifiedKFold([]string{"a", "b", "a"}, dataset.FoldOptions{Folds: 2})), `StratifiedKFold: class "b" has 1 rows, 2 folds need at least as many`},
		{folds(dataset.StratifiedKFold([]int{1, 7, 1}, dataset.FoldOptions{Folds: 2})), `StratifiedKFold: class 7 has 1 rows, 2 folds need at least as many`},
		{folds(dataset.GroupKFold[int](nil, dataset.FoldOptions{})), "GroupKFold: 5 folds of 0 groups, want at most as many folds as groups"},
		{folds(dataset.GroupKFold([]string{"a", "b", "a"}, dataset.FoldOptions{Folds: 3})), "GroupKFold: 3 folds of 2 groups, want at most as many folds as groups"},
		{folds(dataset.TimeSeriesSplit(5, dataset.TimeSeriesOptions{})), "TimeSeriesSplit: 5 folds with 0 rows of Test and a gap of 0 leave none of 5 rows for the first Train"},
		{folds(dataset.TimeSeriesSplit(20, dataset.TimeSeriesOptions{Folds: 3, TestSize: 5, Gap: 5})), "TimeSeriesSplit: 3 folds with 5 rows of Test and a gap of 5 leave none of 20 rows for the first Train"},
		{folds(dataset.TimeSeriesSplit(20, dataset.TimeSeriesOptions{TestSize: math.MaxInt})), fmt.Sprintf("TimeSeriesSplit: 5 folds with %d rows of Test and a gap of 0 leave none of 20 rows for the first Train", math.MaxInt)},
		{folds(dataset.TimeSeriesSplit(20, dataset.TimeSeriesOptions{Gap: -1})), "TimeSeriesSplit: TestSize is 0, Gap -1 and MaxTrain 0, want none below 0"},
		{folds(dataset.TimeSeriesSplit(20, dataset.TimeSeriesOptions{Folds: 1})), "TimeSeriesSplit: 1 folds, want at least 2"},
		{fold(dataset.Split(0, dataset.SplitOptions{})), "Split: 0 rows, want at least 2"},
		{fold(dataset.Split(1, dataset.SplitOptions{})), "Split: a test fraction of 0.25 takes all 1 rows, none is left to train"},
		{fold(dataset.Split(9, dataset.SplitOptions{Test: 1})), "Split: test fraction is 1, want a number in (0, 1)"},
		{fold(dataset.Split(9, dataset.SplitOptions{Validation: -1})), "Split: validation fraction is -1, want a number in (0, 1)"},
		{fold(dataset.Split(9, dataset.SplitOptions{Test: 0.5, Validation: 0.4})), "Split: test and validation fractions of 0.5 and 0.4 take all 9 rows, none is left to train"},
		{fold(dataset.StratifiedSplit([]string{"a", "b", "a"}, dataset.SplitOptions{})), `StratifiedSplit: class "b" has a single row, want at least 2`},
		{fold(dataset.GroupSplit([]int{4, 4, 4}, dataset.SplitOptions{})), "GroupSplit: a test fraction of 0.25 takes all 1 groups, none is left to train"},
	} {
		wantError(t, test.err, "dataset: "+test.message)
	}
}

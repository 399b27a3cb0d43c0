package selection_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// The result does not depend on the number of workers, including the errors.
func TestWorkers(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	candidates := []small{{4, 0.1, 5}, {8, 0.1, 5}, {8, 1e200, 5}, {0, 0.1, 5}, {16, 0.03, 10}}
	var want *selection.Results[small]
	for _, workers := range []int{1, 2, 7, 0} {
		search := selection.Search[small]{Trial: selection.OnData(data, fitSmall, nil), Folds: folds(t, 150, 4), Seed: 3, Workers: workers}
		r, err := search.Run(t.Context(), candidates)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r
		}
		for i, c := range r.Candidates {
			w := want.Candidates[i]
			same := c.Settings == w.Settings && c.Rank == w.Rank && fmt.Sprint(c.Err) == fmt.Sprint(w.Err)
			for fold, score := range append(c.Scores, c.Mean, c.SD) {
				same = same && math.Float64bits(score) == math.Float64bits(append(w.Scores, w.Mean, w.SD)[fold])
			}
			if !same {
				t.Errorf("%d workers: %+v\nwith one: %+v", workers, c, w)
			}
		}
	}
	var diverged *mlp.DivergedError
	if !errors.As(want.Candidates[2].Err, &diverged) || want.Candidates[3].Err == nil || want.Candidates[4].Rank == 0 {
		t.Errorf("the third should diverge, the fourth be invalid and the fifth have a rank:\n%v", want)
	}
}

// A trial may append to the rows it gets; other trials do not see that.
func TestTrialsThatAppend(t *testing.T) {
	train := append(make([]int, 0, 10), 0, 1, 2, 3, 4, 5)
	search := selection.Search[int]{Folds: []dataset.Fold{{Train: train, Validation: []int{6, 7}, Test: []int{8, 9}}}}
	search.Trial = func(_ context.Context, _ int, fold dataset.Fold, _ uint64) (float64, error) {
		for _, row := range fold.Train {
			if row > 5 {
				t.Errorf("rows %v to train with", fold.Train)
			}
		}
		_ = append(fold.Train, fold.Validation...)
		return 1, nil
	}
	if _, err := search.Run(t.Context(), []int{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if _, err := search.LearningCurve(t.Context(), 1, []int{2, 4, 6}); err != nil {
		t.Fatal(err)
	}
	if behind := train[:8]; behind[6] != 0 || behind[7] != 0 {
		t.Errorf("memory behind the rows is written: %v", behind)
	}
}

func TestSeeds(t *testing.T) {
	var mu sync.Mutex
	seeds := func(seed uint64) map[string]uint64 {
		all := make(map[string]uint64)
		search := ordered(t, 3, func(_ context.Context, s float64, fold dataset.Fold, seed uint64) (float64, error) {
			mu.Lock()
			defer mu.Unlock()
			all[fmt.Sprint(s, " ", fold.Test)] = seed
			return 0, nil
		})
		search.Seed = seed
		if _, err := search.Run(t.Context(), []float64{1, 2}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	a := seeds(5)
	if a["1 [0]"] != a["2 [0]"] || a["1 [2]"] != a["2 [2]"] {
		t.Errorf("candidates have seeds of their own: %v", a)
	}
	if a["1 [0]"] == a["1 [1]"] || a["1 [0]"] == a["1 [2]"] {
		t.Errorf("folds share a seed: %v", a)
	}
	if b := seeds(5); !reflect.DeepEqual(a, b) {
		t.Errorf("seeds %v, then %v", a, b)
	}
	if b := seeds(6); a["1 [0]"] == b["1 [0]"] {
		t.Errorf("seeds %v for another seed, too", b)
	}
}

func TestScoresAndRanks(t *testing.T) {
	r, err := ordered(t, 3, unlucky).Run(t.Context(), []float64{1, -1, 3, 1, 0, 3})
	if err != nil {
		t.Fatal(err)
	}
	var ranks []int
	for _, c := range r.Candidates {
		ranks = append(ranks, c.Rank)
	}
	if want := []int{3, 0, 1, 3, 5, 1}; !reflect.DeepEqual(ranks, want) {
		t.Errorf("ranks %v, want %v", ranks, want)
	}
	if c := r.Candidates[0]; !reflect.DeepEqual(c.Scores, []float64{1, 1.1, 1.2}) ||
		math.Abs(c.Mean-1.1) > 1e-15 || math.Abs(c.SD-math.Sqrt(0.02/3)) > 1e-15 || c.Err != nil {
		t.Errorf("candidate 0 is %+v", c)
	}
	if c := r.Candidates[1]; !math.IsNaN(c.Mean) || !math.IsNaN(c.SD) || !math.IsNaN(c.Scores[2]) || !errors.Is(c.Err, errTrial) {
		t.Errorf("candidate 1 is %+v", c)
	}
	if best, err := r.Best(); err != nil || best.Settings != 3 {
		t.Errorf("best %+v (%v)", best, err)
	}
	const table = `rank  mean    sd      min     max     settings
1     3.1000  0.0816  3.0000  3.2000  3
1     3.1000  0.0816  3.0000  3.2000  3
3     1.1000  0.0816  1.0000  1.2000  1
3     1.1000  0.0816  1.0000  1.2000  1
5     0.1000  0.0816  0.0000  0.2000  0
-     -       -       -       -       -1: fold 0: setting -1: no luck
`
	if got := r.String(); got != table {
		t.Errorf("table\n%s\nwant\n%s", got, table)
	}
}

// A candidate with a fold that failed has no mean, whatever the scores of the
// other folds.
func TestScoreThatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		r, err := ordered(t, 2, func(_ context.Context, s float64, fold dataset.Fold, _ uint64) (float64, error) {
			if s == 1 && fold.Test[0] == 1 {
				return bad, nil
			}
			return s, nil
		}).Run(t.Context(), []float64{0, 1})
		if err != nil {
			t.Fatal(err)
		}
		c := r.Candidates[1]
		if !errors.Is(c.Err, mlp.ErrNotFinite) || c.Rank != 0 || c.Scores[0] != 1 || !math.IsNaN(c.Scores[1]) {
			t.Errorf("%g: %+v", bad, c)
		}
	}
}

func TestRunErrors(t *testing.T) {
	ctx := t.Context()
	good := ordered(t, 2, unlucky)
	with := func(change func(*selection.Search[float64])) selection.Search[float64] {
		s := good
		change(&s)
		return s
	}
	for _, c := range []struct {
		want       string
		search     selection.Search[float64]
		candidates []float64
	}{
		{"no trial", with(func(s *selection.Search[float64]) { s.Trial = nil }), []float64{1}},
		{"no folds", with(func(s *selection.Search[float64]) { s.Folds = nil }), []float64{1}},
		{"no candidates", good, nil},
		{"-1 workers, want at least 1 (or 0 for the default)", with(func(s *selection.Search[float64]) { s.Workers = -1 }), []float64{1}},
		{"fold 1 has 2 rows to train and 0 to test, want at least 1",
			with(func(s *selection.Search[float64]) {
				s.Folds = []dataset.Fold{{Train: []int{0}, Test: []int{1}}, {Train: []int{0, 1}}}
			}), []float64{1}},
	} {
		r, err := c.search.Run(ctx, c.candidates)
		wantError(t, err, "selection: Search.Run: "+c.want)
		if r != nil {
			t.Errorf("%s: results %v", c.want, r)
		}
	}

	r, err := good.Run(ctx, []float64{-1, -2})
	wantError(t, err, "selection: Search.Run: no candidate has a score for every fold; candidate 0, fold 0: setting -1: no luck")
	if !errors.Is(err, errTrial) || r == nil || len(r.Candidates) != 2 {
		t.Errorf("results %v", r)
	}
	_, err = r.Best()
	wantError(t, err, "selection: Results.Best: no candidate has a score for every fold; candidate 0, fold 0: setting -1: no luck")
	_, err = (&selection.Results[int]{}).Best()
	wantError(t, err, "selection: Results.Best: no candidates")
}

// Mistakes that only the trial finds.
func TestTrialErrors(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	good := []dataset.Fold{{Train: []int{0, 60, 120}, Test: []int{1}}}
	for _, c := range []struct {
		want  string
		trial selection.Trial[small]
		folds []dataset.Fold
	}{
		{"dataset: Data.Subset: rows[1] is 150, the data have rows 0 to 149", selection.OnData(data, fitSmall, nil), []dataset.Fold{{Train: []int{0, 150}, Test: []int{1}}}},
		{"dataset: Data.Subset: rows[0] is -1, the data have rows 0 to 149", selection.OnData(data, fitSmall, nil), []dataset.Fold{{Train: []int{0}, Test: []int{-1}}}},
		{"dataset: Data.Subset: the data are nil", selection.OnData(nil, fitSmall, nil), good},
		{"no function to fit with", selection.OnData[small](data, nil, nil), good},
		{"fit returned no network", selection.OnData(data, func(context.Context, small, *dataset.Data, uint64) (mlp.Network, error) { return nil, nil }, nil), good},
		{"fit returned no network", selection.OnData(data, func(context.Context, small, *dataset.Data, uint64) (mlp.Network, error) {
			return (*mlp.Classifier)(nil), nil
		}, nil), good},
		{"no luck", selection.OnData(data, fitSmall, func(mlp.Network, *dataset.Data) (float64, error) { return 0, errTrial }), good},
	} {
		_, err := selection.Search[small]{Trial: c.trial, Folds: c.folds}.Run(t.Context(), []small{{4, 0.1, 1}})
		wantError(t, err, "selection: Search.Run: no candidate has a score for every fold; candidate 0, fold 0: "+c.want)
	}
}

// A canceled search returns the results it has.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	search := ordered(t, 2, func(ctx context.Context, s float64, fold dataset.Fold, seed uint64) (float64, error) {
		if s < 2 {
			return s, nil
		}
		cancel()
		<-ctx.Done()
		return 0, fmt.Errorf("stopped: %w", ctx.Err())
	})
	search.Workers = 1
	r, err := search.Run(ctx, []float64{0, 1, 2, 3, 4})
	wantError(t, err, "selection: Search.Run: 4 of 10 trials done: context canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap context.Canceled", err)
	}
	if best, err := r.Best(); err != nil || best.Settings != 1 {
		t.Errorf("best %+v (%v)", best, err)
	}
	for i, c := range r.Candidates {
		if done := i < 2; done != (c.Rank > 0) || c.Err != nil {
			t.Errorf("candidate %d: %+v", i, c)
		}
	}
	if !strings.Contains(r.String(), "4: not finished\n") {
		t.Errorf("table\n%v", r)
	}
}

// Networks in training are stopped, too.
func TestCancelFit(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	ctx, cancel := context.WithCancel(t.Context())
	var started atomic.Int64
	fit := func(ctx context.Context, s small, train *dataset.Data, seed uint64) (mlp.Network, error) {
		if started.Add(1) == 2 {
			cancel()
		}
		return fitSmall(ctx, s, train, seed)
	}
	search := selection.Search[small]{Trial: selection.OnData(data, fit, nil), Folds: folds(t, 150, 5), Workers: 2}
	_, err := search.Run(ctx, []small{{Hidden: 8, Rate: 0.01, Epochs: math.MaxInt}})
	wantError(t, err, "selection: Search.Run: 0 of 5 trials done: context canceled")
	if n := started.Load(); n > 2 {
		t.Errorf("%d trials started", n)
	}
}

// Exactly as many trials run at once as there are workers.
func TestWorkersRunAtOnce(t *testing.T) {
	const workers = 3
	var now, calls atomic.Int64
	var together sync.WaitGroup
	together.Add(workers)
	search := ordered(t, 4, func(context.Context, float64, dataset.Fold, uint64) (float64, error) {
		if n := now.Add(1); n > workers {
			t.Errorf("%d trials at once with %d workers", n, workers)
		}
		defer now.Add(-1)
		if calls.Add(1) <= workers {
			together.Done()
			together.Wait()
		}
		return 0, nil
	})
	search.Workers = workers
	if _, err := search.Run(t.Context(), make([]float64, 50)); err != nil {
		t.Fatal(err)
	}
}

// Nothing of the test rows reaches the fit: it sees only the training rows, as
// prepared by the recipe.
func TestNoLeakage(t *testing.T) {
	table, err := dataset.NewTable([]string{"x", "y"}, [][]string{{"1", "1"}, {"2", "2"}, {"3", "4"}, {"1000", "5"}})
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("y")}
	fit := func(_ context.Context, _ int, train *dataset.Data, seed uint64) (mlp.Network, error) {
		if v := train.X.RawMatrix().Data; len(v) != 3 || math.Abs(v[0]+math.Sqrt(1.5)) > 1e-12 || v[1] != 0 {
			return nil, fmt.Errorf("fit sees %v", v)
		}
		return mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(seed))
	}
	score := func(net mlp.Network, test *dataset.Data) (float64, error) {
		rows, _ := test.X.Dims()
		if v := test.X.At(0, 0); rows != 1 || math.Abs(v-998*math.Sqrt(1.5)) > 1e-9 {
			return 0, fmt.Errorf("score sees %v", v)
		}
		return 0.5, nil
	}
	search := selection.Search[int]{Trial: selection.OnTable(table, recipe, fit, score), Folds: []dataset.Fold{{Train: []int{0, 1, 2}, Test: []int{3}}}}
	r, err := search.Run(t.Context(), []int{0})
	if err != nil {
		t.Fatal(err)
	}
	if r.Candidates[0].Mean != 0.5 {
		t.Errorf("%+v", r.Candidates[0])
	}
}

func TestDraw(t *testing.T) {
	draw := func(seed uint64, n int) []float64 {
		return selection.Draw(n, seed, func(rng *rand.Rand) float64 { return rng.Float64() })
	}
	a := draw(1, 5)
	if !reflect.DeepEqual(a, draw(1, 5)) || !reflect.DeepEqual(a[:3], draw(1, 3)) {
		t.Error("the same seed draws others")
	}
	if reflect.DeepEqual(a, draw(2, 5)) || a[0] == a[1] {
		t.Error("the same numbers again")
	}
	if len(draw(1, 0)) != 0 || len(draw(1, -1)) != 0 || len(selection.Draw[int](3, 1, nil)) != 0 {
		t.Error("something out of nothing")
	}
}

func TestStringOfIncompleteResults(t *testing.T) {
	const header = "rank  mean  sd  min  max  settings\n"
	if got := (&selection.Results[int]{}).String(); got != header {
		t.Errorf("no candidates are\n%s", got)
	}
	ranked := &selection.Results[int]{Candidates: []selection.Result[int]{{Rank: 1, Settings: 7}}}
	if got := ranked.String(); got != header+"-     -     -   -    -    7: not finished\n" {
		t.Errorf("a rank without scores is\n%s", got)
	}
}

// Networks that count are scored by their counts, not by logarithms of them.
func TestSearchScoresCounts(t *testing.T) {
	var text strings.Builder
	text.WriteString("x,n\n")
	for i := range 40 {
		fmt.Fprintf(&text, "%d,%d\n", i%4, []int{0, 3, 10, 30}[i%4]+i%2)
	}
	table, err := dataset.ReadTable(strings.NewReader(text.String()), ',')
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("n"), Numeric: dataset.Numeric{Scaling: dataset.Unscaled}}
	fit := func(_ context.Context, bias float64, _ *dataset.Data, _ uint64) (mlp.Network, error) {
		layer := mlp.Dense(1, 1, mlp.Identity)
		net, err := mlp.Model([]mlp.Layer{layer}, mlp.Poisson)
		if err == nil {
			layer.Params()[0].Value.Set(0, 0, 1.15)
			layer.Params()[1].Value.Set(0, 0, bias)
		}
		return net, err
	}
	byCounts := func(net mlp.Network, test *dataset.Data) (float64, error) {
		y, err := net.Predict(test.X)
		if err != nil {
			return 0, err
		}
		return mlp.R2(test.Y, y)
	}
	search := selection.Search[float64]{Trial: selection.OnTable(table, recipe, fit, nil), Folds: folds(t, 40, 4)}
	got, err1 := search.Run(t.Context(), []float64{0, 1, 6})
	search.Trial = selection.OnTable(table, recipe, fit, byCounts)
	want, err2 := search.Run(t.Context(), []float64{0, 1, 6})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for i, c := range got.Candidates {
		for j, score := range c.Scores {
			if w := want.Candidates[i].Scores[j]; math.Abs(score-w) > 1e-9*math.Max(1, math.Abs(w)) {
				t.Errorf("bias %g: %g, R² of the counts is %g", c.Settings, score, w)
			}
		}
	}
	if best := got.Candidates[0]; best.Rank != 1 || best.Scores[0] < 0.9 {
		t.Errorf("%+v", best)
	}
}

package selection_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// outcomes runs all trials of a search one by one.
func outcomes[S any](t *testing.T, search selection.Search[S], candidates []S) []selection.Outcome {
	t.Helper()
	var all []selection.Outcome
	for i, settings := range candidates {
		for fold := range search.Folds {
			score, err := search.Try(t.Context(), settings, fold)
			all = append(all, selection.Outcome{Candidate: i, Fold: fold, Score: score, Err: err})
		}
	}
	return all
}

func sameResults[S comparable](t *testing.T, got, want *selection.Results[S]) {
	t.Helper()
	if got == nil || len(got.Candidates) != len(want.Candidates) {
		t.Fatalf("results\n%v\nwant\n%v", got, want)
	}
	for i, c := range got.Candidates {
		w := want.Candidates[i]
		same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
		if c.Settings != w.Settings || !slices.EqualFunc(c.Scores, w.Scores, same) || !same(c.Mean, w.Mean) || !same(c.SD, w.SD) ||
			c.Rank != w.Rank || fmt.Sprint(c.Err) != fmt.Sprint(w.Err) {
			t.Errorf("candidate %d is %+v\nwant %+v", i, c, w)
		}
	}
}

// Outcomes that travel as JSON, in any order and some of them twice, give the
// results of one machine, those of candidates that fail among them.
func TestCollectIsRun(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	search := selection.Search[small]{Trial: selection.OnData(data, fitSmall, nil), Folds: folds(t, 150, 4), Seed: 3}
	candidates := []small{{4, 0.1, 5}, {8, 1e200, 5}, {8, 0.1, 5}, {0, 0.1, 5}, {4, 0.1, 5}}
	want, err := search.Run(t.Context(), candidates)
	if err != nil {
		t.Fatal(err)
	}
	all := outcomes(t, search, candidates)
	got, err := selection.Collect(candidates, len(search.Folds), all)
	if err != nil {
		t.Fatal(err)
	}
	sameResults(t, got, want)
	var diverged *mlp.DivergedError
	if !errors.As(got.Candidates[1].Err, &diverged) || got.Candidates[3].Err == nil {
		t.Errorf("the second should diverge, the fourth be invalid:\n%v", got)
	}

	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		var travelled []selection.Outcome
		text, err := json.Marshal(append(all, all[rng.IntN(len(all))], all[4]))
		if err == nil {
			err = json.Unmarshal(text, &travelled)
		}
		if err != nil {
			t.Fatal(err)
		}
		rng.Shuffle(len(travelled), func(i, j int) { travelled[i], travelled[j] = travelled[j], travelled[i] })
		got, err := selection.Collect(candidates, len(search.Folds), travelled)
		if err != nil {
			t.Fatal(err)
		}
		sameResults(t, got, want)
	}
}

func TestCollectErrors(t *testing.T) {
	search := ordered(t, 2, unlucky)
	candidates := []float64{1, -1, 3}
	good := outcomes(t, search, candidates)
	with := func(more ...selection.Outcome) []selection.Outcome { return append(slices.Clone(good), more...) }
	for _, c := range []struct {
		want       string
		candidates []float64
		folds      int
		outcomes   []selection.Outcome
	}{
		{"no candidates", nil, 2, good},
		{"0 folds, want at least 1", candidates, 0, good},
		{"outcomes[4] is of candidate 2, there are 2 candidates, the first is 0", candidates[:2], 2, good},
		{"outcomes[6] is of candidate -1, there are 3 candidates, the first is 0", candidates, 2, with(selection.Outcome{Candidate: -1})},
		{"outcomes[1] is of fold 1, there are 1 folds, the first is 0", candidates, 1, good},
		{"outcomes[6] is of fold -1, there are 2 folds, the first is 0", candidates, 2, with(selection.Outcome{Fold: -1})},
		{"outcomes[6]: candidate 2, fold 1: the score is NaN and there is no error", candidates, 2, with(selection.Outcome{Candidate: 2, Fold: 1, Score: math.NaN()})},
		{"candidate 2, fold 1 has two outcomes: the score 3.1 and the score 4", candidates, 2, with(selection.Outcome{Candidate: 2, Fold: 1, Score: 4})},
		{"candidate 2, fold 1 has two outcomes: the error no luck and the score 3.1", candidates, 2, with(selection.Outcome{Candidate: 2, Fold: 1, Err: errTrial})},
	} {
		r, err := selection.Collect(c.candidates, c.folds, c.outcomes)
		wantError(t, err, "selection: Collect: "+c.want)
		if r != nil {
			t.Errorf("%s: results\n%v", c.want, r)
		}
	}
}

// What is missing is an error, with the results of the rest.
func TestCollectIncomplete(t *testing.T) {
	search := ordered(t, 2, unlucky)
	candidates := []float64{1, -1, 3}
	all := outcomes(t, search, candidates)
	r, err := selection.Collect(candidates, 2, slices.Delete(slices.Clone(all), 1, 2))
	wantError(t, err, "selection: Collect: 1 of 6 trials have no outcome, the first is candidate 0, fold 1")
	if r == nil || r.Candidates[0].Rank != 0 || r.Candidates[0].Scores[0] != 1 || r.Candidates[2].Rank != 1 {
		t.Errorf("results\n%v", r)
	}
	_, err = selection.Collect(candidates, 2, all[:4])
	wantError(t, err, "selection: Collect: 2 of 6 trials have no outcome, the first is candidate 2, fold 0")
	_, err = selection.Collect(candidates, 2, nil)
	wantError(t, err, "selection: Collect: 6 of 6 trials have no outcome, the first is candidate 0, fold 0")

	r, err = selection.Collect(candidates[1:2], 2, outcomes(t, search, candidates[1:2]))
	wantError(t, err, "selection: Collect: no candidate has a score for every fold; candidate 0, fold 0: setting -1: no luck")
	if r == nil || !errors.Is(err, errTrial) {
		t.Errorf("results\n%v", r)
	}
}

// Of several errors of a trial, any order of the outcomes keeps the same one.
func TestCollectErrorsInAnyOrder(t *testing.T) {
	a, b := selection.Outcome{Err: errors.New("a")}, selection.Outcome{Err: errors.New("b")}
	good := selection.Outcome{Candidate: 1, Score: 1}
	for _, order := range [][]selection.Outcome{{a, b, good}, {b, good, a}} {
		r, err := selection.Collect([]int{1, 2}, 1, order)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, r.Candidates[0].Err, "fold 0: a")
	}
}

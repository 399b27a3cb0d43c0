package selection_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// scored returns the results of candidates with the given scores in each fold.
func scored(t *testing.T, scores ...[]float64) *selection.Results[int] {
	t.Helper()
	f, err := dataset.KFold(len(scores[0]), dataset.FoldOptions{Folds: len(scores[0]), KeepOrder: true})
	if err != nil {
		t.Fatal(err)
	}
	candidates := make([]int, len(scores))
	for i := range candidates {
		candidates[i] = i
	}
	r, err := selection.Search[int]{
		Trial: func(_ context.Context, i int, fold dataset.Fold, _ uint64) (float64, error) {
			return scores[i][fold.Test[0]], nil
		},
		Folds: f,
	}.Run(t.Context(), candidates)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Means that differ only by rounding share a rank, and the first of them is the
// best.
func TestRanksOfEqualMeans(t *testing.T) {
	for _, c := range []struct {
		scores [][]float64
		ranks  []int
		best   int
	}{
		{[][]float64{{0.9, 0.8, 0.7}, {0.7, 0.8, 0.9}}, []int{1, 1}, 0},
		{[][]float64{{0.7, 0.8, 0.9}, {0.9, 0.8, 0.7}, {0.8, 0.9, 0.7}}, []int{1, 1, 1}, 0},
		{[][]float64{{0.1, 0.2}, {0.15, 0.15}, {0.1 + 0.2, 0}}, []int{1, 1, 1}, 0},
		{[][]float64{{1e6, -1e6 + 0.2}, {0.1, 0.1}, {0.5, 0.1}}, []int{2, 2, 1}, 2},
		{[][]float64{{0.5, 0.5, 0.5}, {0.1, 0.2, 0.3}, {0.3, 0.2, 0.1}, {0.6, 0.5, 0.4}, {0, 0, 0.3}}, []int{1, 3, 3, 1, 5}, 0},
		{[][]float64{{-0.5, 0.5}, {0, 0}, {1e-9, 0}}, []int{2, 2, 1}, 2},
		{[][]float64{{0.8, 0.8}, {0.8, 0.8 + 1e-12}}, []int{2, 1}, 1},
		{[][]float64{{1e300, 2e300}, {2e300, 1e300}}, []int{1, 1}, 0},
	} {
		r := scored(t, c.scores...)
		var ranks []int
		for _, v := range r.Candidates {
			ranks = append(ranks, v.Rank)
		}
		if !slices.Equal(ranks, c.ranks) {
			t.Errorf("%v: ranks %v, want %v", c.scores, ranks, c.ranks)
		}
		if best, err := r.Best(); err != nil || best.Settings != c.best {
			t.Errorf("%v: best %d (%v), want %d", c.scores, best.Settings, err, c.best)
		}
	}
}

// A candidate whose score is undefined in some folds has no mean and no rank.
func TestUndefinedScores(t *testing.T) {
	r := scored(t, []float64{0.5, 0.5, 0.5}, []float64{0.9, math.NaN(), 0.9})
	if c := r.Candidates[1]; c.Rank != 0 || !math.IsNaN(c.Mean) || !math.IsNaN(c.SD) || c.Scores[0] != 0.9 || !errors.Is(c.Err, mlp.ErrNotFinite) {
		t.Errorf("%+v", c)
	}
	if best, err := r.Best(); err != nil || best.Settings != 0 {
		t.Errorf("best %+v, %v", best, err)
	}
}

// Leave-one-out tests with a single row, for which R² is undefined.
func TestLeaveOneOut(t *testing.T) {
	d := &dataset.Data{X: mat.NewDense(4, 1, []float64{0, 1, 2, 3}), Y: mat.NewDense(4, 1, []float64{1, 3, 5, 7})}
	f, err := dataset.KFold(4, dataset.FoldOptions{Folds: 4})
	if err != nil {
		t.Fatal(err)
	}
	fit := func(_ context.Context, _ int, _ *dataset.Data, seed uint64) (mlp.Network, error) {
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		if err == nil {
			p := net.Layers()[0].Params()
			p[0].Value.Set(0, 0, 2)
			p[1].Value.Set(0, 0, 1)
		}
		return net, err
	}
	_, err = selection.Search[int]{Trial: selection.OnData(d, fit, nil), Folds: f}.Run(t.Context(), []int{1, 2})
	wantError(t, err, "selection: Search.Run: no candidate has a score for every fold; candidate 0, fold 0: "+
		"the R² of a single row is undefined, give another Score: not finite")
	squares := func(net mlp.Network, test *dataset.Data) (float64, error) {
		scores, err := net.Evaluate(test.X, test.Y)
		return -scores.Loss, err
	}
	r, err := selection.Search[int]{Trial: selection.OnData(d, fit, squares), Folds: f}.Run(t.Context(), []int{1, 2})
	if err != nil || r.Candidates[0].Mean != 0 || r.Candidates[1].Rank != 1 {
		t.Errorf("%v, %v", r, err)
	}
}

func TestResultsJSON(t *testing.T) {
	r, err := ordered(t, 2, unlucky).Run(t.Context(), []float64{1, -1})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	const want = `{"candidates":[{"settings":1,"scores":[1,1.1],"mean":1.05,"sd":0.050000000000000044,"rank":1},` +
		`{"settings":-1,"scores":[null,null],"mean":null,"sd":null,"rank":0,"error":"fold 0: setting -1: no luck"}]}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	var back selection.Results[float64]
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.String() != r.String() || !reflect.DeepEqual(back.Candidates[0], r.Candidates[0]) {
		t.Errorf("read again\n%v\nwant\n%v", &back, r)
	}
	if best, err := back.Best(); err != nil || best.Settings != 1 {
		t.Errorf("best %+v, %v", best, err)
	}

	for want, value := range map[string]any{
		`{"settings":"NaN","scores":[null],"mean":null,"sd":null,"rank":0}`: selection.Result[float64]{Settings: math.NaN(), Scores: []float64{math.Inf(1)}, Mean: math.NaN(), SD: math.Inf(-1)},
		`{"settings":"{Rate:+Inf Build:\u003cnil\u003e}","scores":[],"mean":0,"sd":0,"rank":0,"error":"a\nb"}`: selection.Result[struct {
			Rate  float64
			Build func()
		}]{Settings: struct {
			Rate  float64
			Build func()
		}{Rate: math.Inf(1)}, Err: errors.New("a\nb")},
		`{"candidates":null}`: &selection.Results[int]{},
	} {
		if got, err := json.Marshal(value); err != nil || string(got) != want {
			t.Errorf("%s, %v\nwant %s", got, err, want)
		}
	}
	for _, text := range []string{`{"candidates":[{"settings":"x"}]}`, `{"candidates":[{"scores":["x"]}]}`, `{"candidates":[1]}`} {
		if err := json.Unmarshal([]byte(text), &back); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

type lines string

func (l lines) String() string { return string(l) }

// Every candidate is a line of the table.
func TestStringOfSeveralLines(t *testing.T) {
	search := selection.Search[lines]{
		Trial: func(_ context.Context, s lines, _ dataset.Fold, _ uint64) (float64, error) {
			if s == "good\tone" {
				return 1, nil
			}
			return 0, fmt.Errorf("first\n\n  second:\tx\r\n%w", errors.Join(errTrial, errTrial))
		},
		Folds: folds(t, 4, 2),
	}
	r, err := search.Run(t.Context(), []lines{"bad\none", "good\tone"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `rank  mean    sd      min     max     settings
1     1.0000  0.0000  1.0000  1.0000  good one
-     -       -       -       -       bad; one: fold 0: first; second: x; no luck; no luck
`
	if got := r.String(); got != want {
		t.Errorf("table\n%s\nwant\n%s", got, want)
	}
	if n := strings.Count(r.String(), "\n"); n != 3 {
		t.Errorf("%d lines", n)
	}
}

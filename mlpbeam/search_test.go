package mlpbeam

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

func init() { RegisterStudy[rowStudy, settings]() }

type settings struct {
	Hidden int
	Rate   float64
}

// rowStudy searches settings for rows.
type rowStudy struct{ Rows, Folds int }

func (r rowStudy) Search(context.Context) (s selection.Search[settings], err error) {
	if r.Rows == 0 {
		return s, errors.New("no rows on this worker")
	}
	table, err := dataset.ReadTable(strings.NewReader(strings.Join(rows(r.Rows), "\n")), ',', dataset.ReadOptions{NoHeader: true, Names: rowHeader})
	if err != nil {
		return s, err
	}
	folds, err := table.StratifiedKFold("class", dataset.FoldOptions{Folds: r.Folds, Seed: 3})
	if err != nil {
		return s, err
	}
	training := func(c settings) dataset.Training {
		return dataset.Training{
			Recipe: rowRecipe{"class"}.Recipe(),
			Build: func(d *dataset.Data, seed uint64) (mlp.Network, error) {
				return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), c.Hidden, mlp.ReLU), mlp.Dense(c.Hidden, len(d.Classes), mlp.Softmax)},
					mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
			},
			Options: mlp.FitOptions{Epochs: 3, Optimizer: mlp.SGD{LearningRate: c.Rate}},
		}
	}
	return selection.Search[settings]{Trial: selection.OnTraining(table, training, nil), Folds: folds, Seed: 7}, nil
}

func TestSearchIsRun(t *testing.T) {
	study := rowStudy{Rows: 120, Folds: 4}
	candidates := []settings{{4, 0.1}, {8, 0.01}, {8, 1e200}, {16, 0.3}, {4, 0.1}}
	search, err := study.Search(t.Context())
	check(t, err)
	want, err := search.Run(t.Context(), candidates)
	check(t, err)

	p, s := beam.NewPipelineWithRoot()
	col, err := Search(s, study, candidates)
	check(t, err)
	outcomes := kept(t, s, col)
	check(t, run(t, p))
	var all []selection.Outcome
	for _, text := range outcomes() {
		var o selection.Outcome
		check(t, json.Unmarshal([]byte(text), &o))
		all = append(all, o)
		if o.Err != nil != (o.Candidate == 2) {
			t.Errorf("candidate %d, fold %d: %v", o.Candidate, o.Fold, o.Err)
		}
		if o.Err == nil && math.Float64bits(o.Score) != math.Float64bits(want.Candidates[o.Candidate].Scores[o.Fold]) {
			t.Errorf("candidate %d, fold %d: %v, that of Run is %v", o.Candidate, o.Fold, o.Score, want.Candidates[o.Candidate].Scores[o.Fold])
		}
	}
	if len(all) != 20 {
		t.Errorf("%d outcomes, want 20", len(all))
	}
	got, err := selection.Collect(candidates, len(search.Folds), all)
	check(t, err)
	gotJSON, err := json.Marshal(got)
	check(t, err)
	wantJSON, err := json.Marshal(want)
	check(t, err)
	if string(gotJSON) != string(wantJSON) {
		t.Errorf("%s, the results of Run are %s", gotJSON, wantJSON)
	}
}

type strangeStudy struct{ rowStudy }

type hiddenSettings struct{ rate float64 }

type hiddenStudy struct{}

func (hiddenStudy) Search(context.Context) (selection.Search[hiddenSettings], error) {
	return selection.Search[hiddenSettings]{}, nil
}

func init() { RegisterStudy[hiddenStudy, hiddenSettings]() }

func TestSearchMistakes(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	_, err := Search(s, rowStudy{}, nil)
	wantError(t, err, "mlpbeam: Search: no candidates")
	_, err = Search(s, strangeStudy{}, []settings{{}})
	wantError(t, err, "mlpbeam: Search: mlpbeam.strangeStudy is not registered: call mlpbeam.RegisterStudy")
	_, err = Search(s, rowStudy{}, []settings{{1, 0.1}, {1, math.NaN()}})
	wantError(t, err, "mlpbeam: Search: candidate 1: json")
	_, err = Search(s, hiddenStudy{}, []hiddenSettings{{0.1}})
	wantError(t, err, "mlpbeam: Search: candidate 0: {rate:0.1} comes back from JSON as {rate:0}")

	p, s := beam.NewPipelineWithRoot()
	_, err = Search(s, rowStudy{}, []settings{{1, 0.1}})
	check(t, err)
	wantError(t, run(t, p), "mlpbeam: Search: no rows on this worker", "trialsFn")
}

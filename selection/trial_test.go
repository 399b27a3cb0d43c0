package selection_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// A trial on a Training is FitFold by hand, with the seed of the trial.
func TestOnTraining(t *testing.T) {
	table := portTable(t)
	fold := folds(t, table.Rows(), 5)[2]
	for _, c := range []struct {
		score  selection.Score
		metric mlp.Metric
		sign   float64
	}{{nil, mlp.MetricAccuracy, 1}, {selection.By(mlp.MetricLogLoss), mlp.MetricLogLoss, -1}} {
		training := portTraining(4)
		training.Seed = 11
		p, err := training.FitFold(t.Context(), table, fold)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := table.Subset(fold.Test)
		if err != nil {
			t.Fatal(err)
		}
		test, err := p.Preparation().Data(rows)
		if err != nil {
			t.Fatal(err)
		}
		want, err := c.metric.Evaluate(p.Network(), test.X, test.Y)
		if err != nil {
			t.Fatal(err)
		}
		got, err := selection.OnTraining(table, portTraining, c.score)(t.Context(), 4, fold, 11)
		if err != nil || got != c.sign*want {
			t.Errorf("%v: %v, %v, want %v", c.metric, got, err, want)
		}
	}
}

// A search by a Training runs its trials at the same time, each with callbacks of
// its own.
func TestSearchOfTrainings(t *testing.T) {
	table := portTable(t)
	search := selection.Search[int]{Trial: selection.OnTraining(table, portTraining, selection.By(mlp.MetricLogLoss)), Folds: folds(t, table.Rows(), 4), Workers: 3}
	results, err := search.Run(t.Context(), []int{2, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range results.Candidates {
		if c.Err != nil || c.Rank == 0 || slices.ContainsFunc(c.Scores, func(v float64) bool { return !(v < 0) }) {
			t.Errorf("%+v", c)
		}
	}
}

func TestOnTrainingErrors(t *testing.T) {
	table := portTable(t)
	fold := dataset.Fold{Train: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Test: []int{45}}
	_, err := selection.OnTraining[int](table, nil, nil)(t.Context(), 2, fold, 1)
	wantError(t, err, "no function that returns a Training")
	_, err = selection.OnTraining(table, portTraining, nil)(t.Context(), 2, fold, 1)
	wantError(t, err, "dataset: Table.Subset: rows[0] is 45, the table has rows 0 to 44")
	fold.Train = nil
	_, err = selection.OnTraining(table, portTraining, nil)(t.Context(), 2, fold, 1)
	wantError(t, err, "dataset: Training.FitFold: fold.Train: no rows are asked for")
}

func TestBy(t *testing.T) {
	data := read(t, "iris", dataset.Classes("species"))
	net, err := fitSmall(t.Context(), small{Hidden: 4, Rate: 0.1, Epochs: 5}, data, 1)
	if err != nil {
		t.Fatal(err)
	}
	for metric, sign := range map[mlp.Metric]float64{mlp.MetricUsual: 1, mlp.MetricROCAUC: 1, mlp.MetricBrierScore: -1} {
		want, err1 := metric.Evaluate(net, data.X, data.Y)
		got, err2 := selection.By(metric)(net, data)
		if err1 != nil || err2 != nil || got != sign*want || got == 0 || math.IsNaN(got) {
			t.Errorf("%v: %v (%v), want %v (%v)", metric, got, err2, sign*want, err1)
		}
	}
	if _, err := selection.By(mlp.MetricRMSE)(net, data); err == nil {
		t.Error("rmse of classes")
	}
	if _, err := selection.By(mlp.MetricROCAUC)(nil, nil); err == nil || errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("no network: %v", err)
	}
}

package selection_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// portTable has 45 rows of three classes, of which the last has 3 rows.
func portTable(t testing.TB) *dataset.Table {
	t.Helper()
	var text strings.Builder
	text.WriteString("x,port,y\n")
	for i := range 45 {
		class := []string{"a", "b"}[i%2]
		if i%15 == 7 {
			class = "rare"
		}
		fmt.Fprintf(&text, "%d,%s,%s\n", i*i%31, []string{"Kiel", "Genoa", "Oslo"}[i*i%3], class)
	}
	table, err := dataset.ReadTable(strings.NewReader(text.String()), ',')
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// portTraining is that of a small network for the table of ports.
func portTraining(hidden int) dataset.Training {
	return dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Classes("y")},
		Build: func(d *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), hidden, mlp.Tanh), mlp.Dense(hidden, len(d.Classes), mlp.Softmax)},
				mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
		},
		Validation: dataset.HoldOut(0.2),
		Options:    mlp.FitOptions{Epochs: 5, Callbacks: []mlp.Callback{&mlp.EarlyStopping{Metric: mlp.MetricAccuracy}}},
		Seed:       3,
	}
}

// The answers are those of a loop by hand, for any number of workers.
func TestOutOfFoldByHand(t *testing.T) {
	table := portTable(t)
	folds := folds(t, table.Rows(), 5)
	metric := mlp.MetricLogLoss
	predictions, scores := make([]dataset.Prediction, table.Rows()), make([]float64, len(folds))
	for i, f := range folds {
		p, err := portTraining(4).FitFold(t.Context(), table, f)
		if err != nil {
			t.Fatal(err)
		}
		test, err := table.Subset(f.Test)
		if err != nil {
			t.Fatal(err)
		}
		answers, err := p.Predict(test)
		if err != nil {
			t.Fatal(err)
		}
		for k, row := range f.Test {
			predictions[row] = answers[k]
		}
		d, err := p.Preparation().Data(test)
		if err != nil {
			t.Fatal(err)
		}
		loss, err := metric.Evaluate(p.Network(), d.X, d.Y)
		if err != nil {
			t.Fatal(err)
		}
		scores[i] = -loss
	}
	for _, workers := range []int{0, 1, 2, 7} {
		training := func() dataset.Training { return portTraining(4) }
		a, err := selection.OutOfFold(t.Context(), table, folds, training, selection.OutOfFoldOptions{Score: selection.By(metric), Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a.Predictions, predictions) || !slices.Equal(a.Scores, scores) {
			t.Errorf("%d workers: scores %v, want %v", workers, a.Scores, scores)
		}
		for row, p := range a.Predictions {
			if fold := a.Folds[row]; !slices.Contains(folds[fold].Test, row) || len(p.Probabilities) != 3 || a.Pipelines[fold] == nil {
				t.Errorf("row %d: fold %d, %v", row, fold, p)
			}
		}
	}
}

// Rows that are in no Test have no answer, and the score of a single row none
// that is a number.
func TestOutOfFoldOfSomeRows(t *testing.T) {
	table := portTable(t)
	training := func() dataset.Training {
		numbers := portTraining(2)
		numbers.Recipe = dataset.Recipe{Target: dataset.Numbers("x"), Columns: []dataset.Column{dataset.Drop{Column: "port"}}}
		numbers.Options, numbers.Validation = mlp.FitOptions{Epochs: 1}, dataset.Validation{}
		numbers.Build = func(d *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		}
		return numbers
	}
	folds := []dataset.Fold{{Train: []int{0, 1, 2, 3, 4, 7}, Test: []int{5, 6}}, {Train: []int{0, 1, 2, 3, 4, 5, 7}, Test: []int{8}}}
	a, err := selection.OutOfFold(t.Context(), table, folds, training, selection.OutOfFoldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Repeat([]int{-1}, table.Rows())
	want[5], want[6], want[8] = 0, 0, 1
	if !slices.Equal(a.Folds, want) || a.Predictions[4].Value != 0 || a.Predictions[8].Value == 0 {
		t.Errorf("folds %v", a.Folds)
	}
	if math.IsNaN(a.Scores[0]) || !math.IsNaN(a.Scores[1]) {
		t.Errorf("scores %v", a.Scores)
	}
}

func TestOutOfFoldErrors(t *testing.T) {
	table := portTable(t)
	five := folds(t, table.Rows(), 5)
	training := func() dataset.Training { return portTraining(2) }
	var calls atomic.Int64
	failing := func() dataset.Training { // in every fold but the first one that is begun
		tr := portTraining(2)
		if calls.Add(1) > 1 {
			tr.Build = nil
		}
		return tr
	}
	for _, c := range []struct {
		want     string
		table    *dataset.Table
		folds    []dataset.Fold
		training func() dataset.Training
		workers  int
	}{
		{"no function that returns a Training", table, five, nil, 0},
		{"no folds", table, nil, training, 0},
		{"-1 workers, want at least 1 (or 0 for the default)", table, five, training, -1},
		{"fold 0 has 1 rows to train and 0 to test, want at least 1", table, []dataset.Fold{{Train: []int{1}}}, training, 0},
		{"fold 0 has row 45 in Test, the table has 45 rows", table, []dataset.Fold{{Train: []int{1}, Test: []int{45}}}, training, 0},
		{"fold 0 has row -1 in Test, the table has 45 rows", table, []dataset.Fold{{Train: []int{1}, Test: []int{-1}}}, training, 0},
		{"fold 0 has row 0 in Test, the table has 0 rows", nil, []dataset.Fold{{Train: []int{1}, Test: []int{0}}}, training, 0},
		{"fold 1 has row 4 in Test and in Train or Validation", table, []dataset.Fold{{Train: []int{1}, Test: []int{2}}, {Train: []int{1}, Validation: []int{4}, Test: []int{3, 4}}}, training, 0},
		{"row 2 is in the Test of the folds 0 and 1, want one", table, []dataset.Fold{{Train: []int{1}, Test: []int{2}}, {Train: []int{1}, Test: []int{3, 2}}}, training, 0},
		{"fold 0: dataset: Training.FitFold: the recipe had no target", table, five, func() dataset.Training { return dataset.Training{} }, 3},
		{"fold 1: dataset: Training.FitFold: build is nil", table, five, failing, 1},
	} {
		a, err := selection.OutOfFold(t.Context(), c.table, c.folds, c.training, selection.OutOfFoldOptions{Workers: c.workers})
		if wantError(t, err, "selection: OutOfFold: "+c.want); a != nil {
			t.Errorf("%s: there are answers", c.want)
		}
	}
	if calls.Load() != 2 {
		t.Errorf("%d folds begun, want none after the one that failed", calls.Load())
	}
}

func TestOutOfFoldCanceled(t *testing.T) {
	table := portTable(t)
	ctx, cancel := context.WithCancel(t.Context())
	training := func() dataset.Training {
		tr := portTraining(2)
		tr.Options.Callbacks = []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error { cancel(); return nil })}
		return tr
	}
	a, err := selection.OutOfFold(ctx, table, folds(t, table.Rows(), 5), training, selection.OutOfFoldOptions{})
	if a != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", a, err)
	}
}

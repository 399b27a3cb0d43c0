package selection_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

func wantError(t *testing.T, err error, message string) {
	t.Helper()
	if err == nil || err.Error() != message {
		t.Errorf("error %v\nwant  %s", err, message)
	}
}

// read returns a data set of the repository.
func read(t testing.TB, name string, target dataset.Target) *dataset.Data {
	t.Helper()
	f, err := os.Open("../testdata/data/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := dataset.ReadCSV(f, target)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// folds returns folds of this many rows.
func folds(t testing.TB, rows, n int) []dataset.Fold {
	t.Helper()
	f, err := dataset.KFold(rows, dataset.FoldOptions{Folds: n, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// small holds settings of a network for iris.
type small struct {
	Hidden int
	Rate   float64
	Epochs int
}

func fitSmall(ctx context.Context, s small, train *dataset.Data, seed uint64) (mlp.Network, error) {
	norm := mlp.NewNormalization(4)
	if err := norm.Adapt(train.X); err != nil {
		return nil, err
	}
	net, err := mlp.Model([]mlp.Layer{norm, mlp.Dense(4, s.Hidden, mlp.ReLU), mlp.Dense(s.Hidden, 3, mlp.Softmax)},
		mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
	if err != nil {
		return nil, err
	}
	_, err = net.Fit(ctx, train.X, train.Y, mlp.FitOptions{Epochs: s.Epochs, Optimizer: mlp.SGD{LearningRate: s.Rate}})
	return net, err
}

// known returns the trial whose score is the setting, plus a tenth of the
// number of the fold's first test row.
func known(ctx context.Context, s float64, fold dataset.Fold, seed uint64) (float64, error) {
	return s + float64(fold.Test[0])/10, nil
}

var errTrial = errors.New("no luck")

// unlucky is known, except for negative settings, which fail.
func unlucky(ctx context.Context, s float64, fold dataset.Fold, seed uint64) (float64, error) {
	if s < 0 {
		return 0, fmt.Errorf("setting %g: %w", s, errTrial)
	}
	return known(ctx, s, fold, seed)
}

// ordered returns a search with n folds of one test row each, in order.
func ordered(t testing.TB, n int, trial selection.Trial[float64]) selection.Search[float64] {
	t.Helper()
	f, err := dataset.KFold(n, dataset.FoldOptions{Folds: n, KeepOrder: true})
	if err != nil {
		t.Fatal(err)
	}
	return selection.Search[float64]{Trial: trial, Folds: f}
}

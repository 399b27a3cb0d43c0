package selection

import (
	"context"
	"errors"
	"fmt"
	"math"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/matrix"
)

// A Trial trains with the given settings on the rows fold.Train and returns the
// score on the rows fold.Test: higher is better. Everything random should
// follow from the seed. It must be safe for concurrent use and should return
// soon after ctx is canceled.
type Trial[S any] func(ctx context.Context, settings S, fold dataset.Fold, seed uint64) (float64, error)

// A Score measures how good a network is on some data: higher is better. By makes
// one of a metric. nil means the score of Network.Evaluate, which is accuracy for
// classifiers and R² for regressors. R² of a single row is undefined: folds with
// one test row, as in leave-one-out, need another Score, such as minus the squared
// error.
type Score func(net mlp.Network, test *dataset.Data) (float64, error)

// OnData returns the trial that calls fit with the rows fold.Train of data and
// scores on the rows fold.Test. fit makes a network with the given settings and
// trains it on all rows of train, which is not shared; it must be safe for
// concurrent use. Scaling is part of it, for instance by an mlp.Normalization
// adapted to train.
func OnData[S any](data *dataset.Data, fit func(ctx context.Context, settings S, train *dataset.Data, seed uint64) (mlp.Network, error), score Score) Trial[S] {
	return func(ctx context.Context, settings S, fold dataset.Fold, seed uint64) (float64, error) {
		train, err := data.Subset(fold.Train)
		if err != nil {
			return 0, err
		}
		test, err := data.Subset(fold.Test)
		if err != nil {
			return 0, err
		}
		return fitting[S](fit).score(ctx, settings, train, test, seed, score)
	}
}

// OnTable returns the trial that fits the recipe to the rows fold.Train of the
// table, calls fit with these rows as the recipe prepares them, as OnData does, and
// scores on the rows fold.Test. The recipe must have a target.
func OnTable[S any](table *dataset.Table, recipe dataset.Recipe, fit func(ctx context.Context, settings S, train *dataset.Data, seed uint64) (mlp.Network, error), score Score) Trial[S] {
	return func(ctx context.Context, settings S, fold dataset.Fold, seed uint64) (float64, error) {
		_, train, test, err := recipe.FitFold(table, fold)
		if err != nil {
			return 0, err
		}
		return fitting[S](fit).score(ctx, settings, train, test, seed, score)
	}
}

// OnTraining returns the trial that fits the Training for the settings to the rows
// fold.Train of the table, as [dataset.Training.FitFold] does, and scores on the
// rows fold.Test. Its Seed is that of the trial. training is called for each trial,
// on several goroutines: callbacks and schedules that have a state must be new ones
// each time.
func OnTraining[S any](table *dataset.Table, training func(settings S) dataset.Training, score Score) Trial[S] {
	return func(ctx context.Context, settings S, fold dataset.Fold, seed uint64) (float64, error) {
		if training == nil {
			return 0, errors.New("no function that returns a Training")
		}
		t := training(settings)
		t.Seed = seed
		pipeline, err := t.FitFold(ctx, table, fold)
		if err != nil {
			return 0, err
		}
		rows, err := table.Subset(fold.Test)
		if err != nil {
			return 0, err
		}
		test, err := pipeline.Preparation().Data(rows)
		if err != nil {
			return 0, err
		}
		return score.of(pipeline.Network(), test)
	}
}

// By returns the score by a metric, with a minus sign where less is better: that
// by mlp.MetricLogLoss is minus the log loss.
func By(metric mlp.Metric) Score {
	return func(net mlp.Network, test *dataset.Data) (float64, error) {
		if test == nil {
			return 0, errors.New("selection: By: no data")
		}
		v, err := metric.Evaluate(net, test.X, test.Y)
		if metric.LessIsBetter() {
			v = -v
		}
		return v, err
	}
}

// fitting makes and trains a network.
type fitting[S any] func(ctx context.Context, settings S, train *dataset.Data, seed uint64) (mlp.Network, error)

// score trains a network and returns its score.
func (f fitting[S]) score(ctx context.Context, settings S, train, test *dataset.Data, seed uint64, score Score) (float64, error) {
	if f == nil {
		return 0, errors.New("no function to fit with")
	}
	net, err := f(ctx, settings, train, seed)
	if err != nil {
		return 0, err
	}
	if matrix.IsNil(net) {
		return 0, errors.New("fit returned no network")
	}
	return score.of(net, test)
}

// of returns the score of a network, which is not nil.
func (s Score) of(net mlp.Network, test *dataset.Data) (float64, error) {
	if s != nil {
		return s(net, test)
	}
	scores, err := net.Evaluate(test.X, test.Y)
	if err != nil {
		return 0, err
	}
	if math.IsNaN(scores.Score) {
		return 0, fmt.Errorf("the R² of a single row is undefined, give another Score: %w", mlp.ErrNotFinite)
	}
	return scores.Score, nil
}

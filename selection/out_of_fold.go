package selection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// OutOfFoldOptions configures OutOfFold. The zero value is right for most uses.
type OutOfFoldOptions struct {
	// Score measures each pipeline on the rows that it has not seen; nil means that
	// of Network.Evaluate.
	Score Score

	// Workers is the number of trainings that run at once; 0 means GOMAXPROCS. The
	// result is the same, to the bit, for any number.
	Workers int
}

// OutOfFoldAnswers are answers for the rows of a table, each by a pipeline that has
// not seen the row, as cross_val_predict of scikit-learn gives.
type OutOfFoldAnswers struct {
	Predictions []dataset.Prediction // of each row; the zero value where Folds is −1
	Folds       []int                // the fold whose pipeline answered for each row; −1 for a row in the Test of none
	Pipelines   []*dataset.Pipeline  // of each fold
	Scores      []float64            // of each fold; NaN where it is undefined, as R² of a single row is
}

// OutOfFold fits a Training to the rows Train of each fold, as
// [dataset.Training.FitFold] does, and lets the pipeline answer for the rows Test. A
// row is in the Test of one fold at most. training is called for each fold, on
// several goroutines: callbacks and schedules that have a state must be new ones
// each time.
//
// The error is that of the first fold that fails. When ctx is canceled, it wraps
// ctx.Err(). With an error there are no answers.
func OutOfFold(ctx context.Context, table *dataset.Table, folds []dataset.Fold, training func() dataset.Training, opts OutOfFoldOptions) (*OutOfFoldAnswers, error) {
	a, err := outOfFold(ctx, table, folds, training, opts)
	if err != nil {
		return nil, fmt.Errorf("selection: OutOfFold: %w", err)
	}
	return a, nil
}

func outOfFold(ctx context.Context, table *dataset.Table, folds []dataset.Fold, training func() dataset.Training, opts OutOfFoldOptions) (*OutOfFoldAnswers, error) {
	switch {
	case ctx == nil:
		return nil, errors.New("nil context")
	case training == nil:
		return nil, errors.New("no function that returns a Training")
	case len(folds) == 0:
		return nil, errors.New("no folds")
	case opts.Workers < 0:
		return nil, fmt.Errorf("%d workers, want at least 1 (or 0 for the default)", opts.Workers)
	}
	if err := checkFolds(folds); err != nil {
		return nil, err
	}
	foldOf, err := foldsOf(folds, table.Rows())
	if err != nil {
		return nil, err
	}
	if opts.Score == nil {
		opts.Score = By(mlp.MetricUsual) // which may be NaN
	}
	a := &OutOfFoldAnswers{
		Predictions: make([]dataset.Prediction, len(foldOf)),
		Folds:       foldOf,
		Pipelines:   make([]*dataset.Pipeline, len(folds)),
		Scores:      make([]float64, len(folds)),
	}
	errs := make([]error, len(folds))
	each(ctx, len(folds), opts.Workers, func(i int) (more bool) {
		if err := a.answer(ctx, table, i, clipped(folds[i]), training(), opts.Score); err != nil {
			errs[i] = fmt.Errorf("fold %d: %w", i, err)
		}
		return errs[i] == nil
	})
	if err := ctx.Err(); err != nil && slices.Contains(a.Pipelines, nil) {
		return nil, err
	}
	// All folds before one that has failed have been tried.
	return a, cmp.Or(errs...)
}

// answer fits a training to a fold and answers for the rows of its Test.
func (a *OutOfFoldAnswers) answer(ctx context.Context, table *dataset.Table, i int, fold dataset.Fold, training dataset.Training, score Score) error {
	pipeline, err := training.FitFold(ctx, table, fold)
	if err != nil {
		return err
	}
	test, err := table.Subset(fold.Test)
	if err != nil {
		return err
	}
	predictions, err := pipeline.Predict(test)
	if err != nil {
		return err
	}
	for k, row := range fold.Test {
		a.Predictions[row] = predictions[k]
	}
	data, err := pipeline.Preparation().Data(test)
	if err != nil {
		return err
	}
	if a.Scores[i], err = score(pipeline.Network(), data); err != nil {
		return err
	}
	a.Pipelines[i] = pipeline
	return nil
}

// foldsOf returns the fold in whose Test each of the rows is, −1 for none.
func foldsOf(folds []dataset.Fold, rows int) ([]int, error) {
	foldOf := make([]int, rows)
	for row := range foldOf {
		foldOf[row] = -1
	}
	for i, f := range folds {
		seen := make(map[int]bool)
		for _, row := range slices.Concat(f.Train, f.Validation) {
			seen[row] = true
		}
		for _, row := range f.Test {
			switch {
			case seen[row]:
				return nil, fmt.Errorf("fold %d has row %d in Test and in Train or Validation", i, row)
			case row < 0 || row >= rows:
				return nil, fmt.Errorf("fold %d has row %d in Test, the table has %d rows", i, row, rows)
			case foldOf[row] >= 0:
				return nil, fmt.Errorf("row %d is in the Test of the folds %d and %d, want one", row, foldOf[row], i)
			}
			foldOf[row] = i
		}
	}
	return foldOf, nil
}

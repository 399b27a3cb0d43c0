package selection

import (
	"context"
	"fmt"

	"example.com/mlp/dataset"
)

// LearningCurve runs the trial with some of the rows to train with, and so
// tells whether more data would help. The candidates of the results are the
// numbers of rows, in the order of sizes. In each fold the rows are drawn at
// random, and more rows are the fewer ones with others added.
//
// Its errors are those of Run, and a size below 1 or above the number of rows
// that a fold has to train with.
func (s Search[S]) LearningCurve(ctx context.Context, settings S, sizes []int) (*Results[int], error) {
	const op = "LearningCurve"
	if len(sizes) == 0 {
		return nil, fmt.Errorf("selection: %s: no sizes", op)
	}
	for i, size := range sizes {
		for j, f := range s.Folds {
			if size < 1 || size > len(f.Train) {
				return nil, fmt.Errorf("selection: %s: size %d is %d, fold %d has %d rows to train", op, i, size, j, len(f.Train))
			}
		}
	}
	curve := Search[int]{Folds: make([]dataset.Fold, len(s.Folds)), Seed: s.Seed, Workers: s.Workers}
	for i, f := range s.Folds {
		rows := make([]int, len(f.Train))
		for j, k := range s.rand(i).Perm(len(rows)) {
			rows[j] = f.Train[k]
		}
		f.Train = rows
		curve.Folds[i] = f
	}
	if s.Trial != nil {
		curve.Trial = func(ctx context.Context, size int, fold dataset.Fold, seed uint64) (float64, error) {
			fold.Train = fold.Train[:size:size] // what a trial appends must not become rows of a larger size
			return s.Trial(ctx, settings, fold, seed)
		}
	}
	r, err := curve.run(ctx, sizes)
	if err != nil {
		return r, fmt.Errorf("selection: %s: %w", op, err)
	}
	return r, nil
}

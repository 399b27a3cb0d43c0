package selection

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"example.com/mlp/dataset"
)

// LearningCurve runs the trial with some of the training rows, which shows
// whether more data would help. The candidates of the results are the numbers
// of rows, in the order of sizes. In each fold the rows are drawn at random,
// and a larger size has the rows of the smaller ones and others.
//
// With Labels, each size has its share of the rows of each class, rounded up or
// down, and a row of every class if there are at least as many rows as classes:
// otherwise a rare class would be missing from the small sizes.
//
// It returns the errors of Run, and errors for a size below 1 or above the
// number of training rows of a fold and for rows without a label.
func (s Search[S]) LearningCurve(ctx context.Context, settings S, sizes []int) (*Results[int], error) {
	const op = "LearningCurve"
	if len(sizes) == 0 {
		return nil, fmt.Errorf("selection: Search.%s: no sizes", op)
	}
	for i, size := range sizes {
		for j, f := range s.Folds {
			if size < 1 || size > len(f.Train) {
				return nil, fmt.Errorf("selection: Search.%s: size %d is %d, fold %d has %d rows to train", op, i, size, j, len(f.Train))
			}
		}
	}
	curve := Search[int]{Folds: make([]dataset.Fold, len(s.Folds)), Seed: s.Seed, Workers: s.Workers}
	for i, f := range s.Folds {
		rows, err := s.drawn(f.Train, s.rand(i))
		if err != nil {
			return nil, fmt.Errorf("selection: Search.%s: fold %d: %w", op, i, err)
		}
		f.Train = rows
		curve.Folds[i] = f
	}
	if s.Trial != nil {
		curve.Trial = func(ctx context.Context, size int, fold dataset.Fold, seed uint64) (float64, error) {
			fold.Train = fold.Train[:size:size] // rows that a trial appends must not become rows of a larger size
			return s.Trial(ctx, settings, fold, seed)
		}
	}
	r, err := curve.run(ctx, sizes)
	if err != nil {
		return r, fmt.Errorf("selection: Search.%s: %w", op, err)
	}
	return r, nil
}

// drawn returns the rows in random order. With labels, the first n of them have
// the proportions of the classes for any n: row i of the c rows of a class is
// placed so that the share i/c of all rows precedes it.
func (s Search[S]) drawn(rows []int, rng *rand.Rand) ([]int, error) {
	type place struct{ row, i, of int64 }
	places := make([]place, len(rows))
	counts := make(map[int]int64)
	for j, k := range rng.Perm(len(rows)) {
		places[j].row = int64(rows[k])
		if s.Labels == nil {
			continue
		}
		if row := rows[k]; row < 0 || row >= len(s.Labels) {
			return nil, fmt.Errorf("row %d to train with has no label, there are %d", row, len(s.Labels))
		}
		class := s.Labels[rows[k]]
		places[j].i = counts[class]
		counts[class]++
	}
	if s.Labels != nil {
		for j, p := range places {
			places[j].of = counts[s.Labels[p.row]]
		}
		slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.i*b.of, b.i*a.of) })
	}
	order := make([]int, len(rows))
	for j, p := range places {
		order[j] = int(p.row)
	}
	return order, nil
}

package trust

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
)

// PartialDependence returns the mean prediction for the samples x when all of
// them have the same value in one column, for each value of the grid:
// len(grid)×k for k outputs (Friedman, Greedy Function Approximation, 2001). It
// shows how the prediction depends on the column if that does not depend on the
// other columns; Grid returns a grid.
//
// predict is Network.Predict, BinaryClassifier.Probabilities or the like. When
// ctx is canceled, PartialDependence returns an error that wraps ctx.Err()
// after the current value of the grid.
func PartialDependence(ctx context.Context, predict func(x mat.Matrix) (*mat.Dense, error), x mat.Matrix, column int, grid []float64) (*mat.Dense, error) {
	const op = "PartialDependence"
	if ctx == nil {
		return nil, fmt.Errorf("trust: %s: nil context", op)
	}
	xd, err := columnArgs(op, x, column)
	if err != nil {
		return nil, err
	}
	if predict == nil {
		return nil, fmt.Errorf("trust: %s: predict is nil", op)
	}
	if len(grid) == 0 {
		return nil, fmt.Errorf("trust: %s: the grid is empty", op)
	}
	work := mat.DenseCopyOf(xd)
	rows, _ := work.Dims()
	var means *mat.Dense
	for g, v := range grid {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("trust: %s: %d of %d values done: %w", op, g, len(grid), err)
		}
		for i := range rows {
			work.Set(i, column, v)
		}
		yhat, err := predict(work)
		if err != nil {
			return nil, fmt.Errorf("trust: %s: grid[%d] = %g: %w", op, g, v, err)
		}
		if yhat == nil {
			return nil, fmt.Errorf("trust: %s: grid[%d] = %g: predict returns nil", op, g, v)
		}
		r, k := yhat.Dims()
		if r != rows {
			return nil, fmt.Errorf("trust: %s: grid[%d] = %g: predict returns %d rows for %d", op, g, v, r, rows)
		}
		if means == nil {
			means = mat.NewDense(len(grid), k, nil)
		}
		if _, before := means.Dims(); k != before {
			return nil, fmt.Errorf("trust: %s: grid[%d] = %g: predict returns %d columns, before %d", op, g, v, k, before)
		}
		for j := range k {
			var sum compensated.Sum
			for i := range rows {
				sum.Add(yhat.At(i, j))
			}
			means.Set(g, j, sum.Value()/float64(rows))
		}
	}
	return means, nil
}

// Grid returns this many equally spaced values from the quantile 0.05 to the
// quantile 0.95 of a column of x. For a column with fewer distinct values it
// returns these, in ascending order. Both are as in scikit-learn's
// partial_dependence.
func Grid(x mat.Matrix, column, points int) ([]float64, error) {
	const op = "Grid"
	xd, err := columnArgs(op, x, column)
	if err != nil {
		return nil, err
	}
	if points < 2 {
		return nil, fmt.Errorf("trust: %s: %d points, want at least 2", op, points)
	}
	values := mat.Col(nil, column, xd)
	slices.Sort(values)
	if distinct := slices.Compact(slices.Clone(values)); len(distinct) < points {
		return distinct, nil
	}
	lo, hi := quantile(values, 0.05), quantile(values, 0.95)
	if lo == hi {
		return nil, fmt.Errorf("trust: %s: the quantiles 0.05 and 0.95 of column %d are both %g", op, column, lo)
	}
	grid := make([]float64, points)
	for i := range grid {
		share := float64(i) / float64(points-1)
		grid[i] = float64((1-share)*lo) + float64(share*hi) // hi − lo might overflow
	}
	return grid, nil
}

// quantile returns the quantile p of at least two sorted values, approximately
// unbiased whatever their distribution (Cunnane, 1978).
func quantile(sorted []float64, p float64) float64 {
	n := float64(len(sorted))
	at := float64(n*p) + 0.4 + float64(0.2*p)
	below := math.Floor(min(max(at, 1), n-1))
	share := min(max(at-below, 0), 1)
	i := int(below)
	return float64((1-share)*sorted[i-1]) + float64(share*sorted[i])
}

// columnArgs checks that the samples x have the column and returns them.
func columnArgs(op string, x mat.Matrix, column int) (*mat.Dense, error) {
	xd, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	if _, cols := xd.Dims(); column < 0 || column >= cols {
		return nil, fmt.Errorf("trust: %s: column %d, x has %d", op, column, cols)
	}
	return xd, nil
}

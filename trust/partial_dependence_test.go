package trust_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

// fixed is the function of testdata/make_trust.py.
func fixed(x mat.Matrix) (*mat.Dense, error) {
	rows, _ := x.Dims()
	y := mat.NewDense(rows, 2, nil)
	for i := range rows {
		y.SetRow(i, []float64{x.At(i, 0)*x.At(i, 1) + x.At(i, 2)*x.At(i, 2), x.At(i, 0) - 3*x.At(i, 1)})
	}
	return y, nil
}

func TestPartialDependenceAgainstScikitLearn(t *testing.T) {
	r := readReference(t).PartialDependence
	original := mat.DenseCopyOf(r.X)
	for _, c := range r.Cases {
		grid, err := trust.Grid(r.X, c.Column, c.Points)
		if err != nil {
			t.Fatal(err)
		}
		if len(grid) != len(c.Grid) {
			t.Fatalf("column %d: %d points, want %d", c.Column, len(grid), len(c.Grid))
		}
		means, err := trust.PartialDependence(t.Context(), fixed, r.X, c.Column, grid)
		if err != nil {
			t.Fatal(err)
		}
		for i := range grid {
			near(t, "grid", grid[i], c.Grid[i], referenceTol)
			for j := range 2 {
				near(t, "mean", means.At(i, j), c.Means.At(i, j), referenceTol)
			}
		}
	}
	if !mat.Equal(r.X, original) {
		t.Error("x was written")
	}
}

// The ends of a grid may be as far apart as float64 allows.
func TestGridOfExtremes(t *testing.T) {
	grid, err := trust.Grid(column(-math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, 0), 0, 3)
	if want := []float64{-math.MaxFloat64, 0, math.MaxFloat64}; err != nil || !slices.Equal(grid, want) {
		t.Errorf("grid %v, %v, want %v", grid, err, want)
	}
}

func TestPartialDependenceErrors(t *testing.T) {
	x := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})
	failing := func(x mat.Matrix) (*mat.Dense, error) { return nil, errors.New("no prediction") }
	short := func(x mat.Matrix) (*mat.Dense, error) { return mat.NewDense(1, 1, nil), nil }
	nothing := func(x mat.Matrix) (*mat.Dense, error) { return nil, nil }
	calls := 0
	widening := func(x mat.Matrix) (*mat.Dense, error) { calls++; return mat.NewDense(3, calls, nil), nil }
	for _, c := range []struct {
		predict func(x mat.Matrix) (*mat.Dense, error)
		x       mat.Matrix
		column  int
		grid    []float64
		want    string
	}{
		{fixed, nil, 0, []float64{1}, "trust: PartialDependence: x is nil"},
		{fixed, x, 2, []float64{1}, "trust: PartialDependence: column 2, x has 2"},
		{fixed, x, -1, []float64{1}, "trust: PartialDependence: column -1, x has 2"},
		{fixed, x, 0, nil, "trust: PartialDependence: the grid is empty"},
		{nil, x, 0, []float64{1}, "trust: PartialDependence: predict is nil"},
		{failing, x, 0, []float64{1.5}, "trust: PartialDependence: grid[0] = 1.5: no prediction"},
		{short, x, 0, []float64{1.5}, "trust: PartialDependence: grid[0] = 1.5: predict returns 1 rows for 3"},
		{nothing, x, 0, []float64{1}, "trust: PartialDependence: grid[0] = 1: predict returns nil"},
		{widening, x, 0, []float64{1, 2}, "trust: PartialDependence: grid[1] = 2: predict returns 2 columns, before 1"},
	} {
		_, err := trust.PartialDependence(t.Context(), c.predict, c.x, c.column, c.grid)
		wantError(t, err, c.want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopping := func(x mat.Matrix) (*mat.Dense, error) { cancel(); return mat.NewDense(3, 1, nil), nil }
	_, err := trust.PartialDependence(ctx, stopping, x, 0, []float64{1, 2, 3})
	wantError(t, err, "trust: PartialDependence: 1 of 3 values done: context canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap context.Canceled", err)
	}
	_, err = trust.PartialDependence(nil, fixed, x, 0, []float64{1}) //lint:ignore SA1012 that is the mistake
	wantError(t, err, "trust: PartialDependence: nil context")
	_, err = trust.Grid(nil, 0, 5)
	wantError(t, err, "trust: Grid: x is nil")
	_, err = trust.Grid(x, 0, 1)
	wantError(t, err, "trust: Grid: 1 points, want at least 2")
	mostly := mat.NewDense(100, 1, nil)
	mostly.Set(7, 0, 1)
	_, err = trust.Grid(mostly, 0, 2)
	wantError(t, err, "trust: Grid: the quantiles 0.05 and 0.95 of column 0 are both 0")
}

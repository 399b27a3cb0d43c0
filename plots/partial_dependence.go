package plots

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// PartialDependence draws how the mean prediction depends on a column: the
// len(grid)×k means of trust.PartialDependence against the ascending values of
// the grid, with a curve for each of the k outputs. The names are those of the
// outputs; without them several outputs are called 0, 1, 2 and so on. Set
// fig.X.Label.Text to the name of the column.
func PartialDependence(grid []float64, means mat.Matrix, names ...string) (*Figure, error) {
	const op = "PartialDependence"
	d, err := toDense(op, "means", means)
	if err != nil {
		return nil, err
	}
	rows, outputs := d.Dims()
	if rows != len(grid) {
		return nil, fmt.Errorf("plots: %s: means has %d rows, the grid %d values", op, rows, len(grid))
	}
	for i, v := range grid {
		if err := drawable(v); err != nil {
			return nil, fmt.Errorf("plots: %s: grid[%d] %w", op, i, err)
		}
		if i > 0 && v <= grid[i-1] {
			return nil, fmt.Errorf("plots: %s: grid[%d] is %g after %g, want rising values", op, i, v, grid[i-1])
		}
	}
	named := outputs > 1 || len(names) > 0
	if names, err = labels(op, "outputs", outputs, names); err != nil {
		return nil, err
	}
	f := newFigure("Partial dependence", "Feature", "Mean prediction")
	f.grid()
	for j := range outputs {
		curve := points(grid, mat.Col(nil, j, d))
		l, err := f.line(curve, thick(j))
		if err != nil {
			return nil, err
		}
		if err := f.dots(j, curve); err != nil {
			return nil, err
		}
		if named {
			f.Legend.Add(shortened(names[j]), l)
		}
	}
	f.spread()
	return f, nil
}

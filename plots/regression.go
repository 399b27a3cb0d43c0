package plots

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"example.com/mlp"
)

// Predictions draws the predictions yhat against the targets y, both n×1; use
// ColView for one column of a larger matrix. Perfect predictions lie on the
// dashed line. R² is in the legend. More than 2,000 rows are counted in
// hexagons.
func Predictions(y, yhat mat.Matrix) (*Figure, error) {
	const op = "Predictions"
	a, b, err := columns(op, "y", y, "yhat", yhat)
	if err != nil {
		return nil, err
	}
	r2, err := mlp.R2(y, yhat)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	f := newSquareFigure("Predicted and true values", "True value", "Predicted value")
	lo, hi := margins(slices.Concat(a, b))
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = lo, hi, lo, hi
	f.grid()
	cloud, err := f.cloud(points(a, b))
	if err != nil {
		return nil, err
	}
	f.Legend.Add(fmt.Sprintf("R² %.3f", r2), cloud)
	if err := f.brighten(diagonal(lo, hi), len(a)); err != nil {
		return nil, err
	}
	if err := f.reference("perfect", diagonal(lo, hi)); err != nil {
		return nil, err
	}
	return f, nil
}

// Residuals draws the residuals y − ŷ of the targets y and the predictions yhat
// against ŷ. Both are n×1. The residuals should look the same everywhere along
// the dashed line: a bend indicates something not learned, a funnel noise that
// grows. More than 2,000 rows are counted in hexagons.
func Residuals(y, yhat mat.Matrix) (*Figure, error) {
	const op = "Residuals"
	a, b, err := columns(op, "y", y, "yhat", yhat)
	if err != nil {
		return nil, err
	}
	rest := make([]float64, len(a))
	for i := range rest {
		rest[i] = a[i] - b[i]
	}
	f := newFigure("Residuals", "Predicted value", "True minus predicted value")
	f.X.Min, f.X.Max = margins(b)
	f.Y.Min, f.Y.Max = margins(append([]float64{0}, rest...))
	f.grid()
	if _, err := f.cloud(points(b, rest)); err != nil {
		return nil, err
	}
	zero := plotter.XYs{{X: f.X.Min, Y: 0}, {X: f.X.Max, Y: 0}}
	if err := f.brighten(zero, len(a)); err != nil {
		return nil, err
	}
	if _, err := f.line(zero, dashed()); err != nil {
		return nil, err
	}
	return f, nil
}

// brighten adds a white line, on which another line is visible in a dark cloud
// of this many points.
func (f *Figure) brighten(points plotter.XYs, rows int) error {
	if rows <= mostDots {
		return nil
	}
	_, err := f.line(points, draw.LineStyle{Color: color.White, Width: 2})
	return err
}

func points(xs, ys []float64) plotter.XYs {
	xys := make(plotter.XYs, len(xs))
	for i := range xys {
		xys[i] = plotter.XY{X: xs[i], Y: ys[i]}
	}
	return xys
}

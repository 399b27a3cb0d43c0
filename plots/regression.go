package plots

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/mlp"
)

// Predictions draws the predictions yhat against the targets y, both n×1; a
// ColView is one column of a larger matrix. Perfect ones lie on the dashed
// line. R² is in the legend.
func Predictions(y, yhat mat.Matrix) (*Figure, error) {
	const op = "Predictions"
	a, b, err := columns(op, y, yhat)
	if err != nil {
		return nil, err
	}
	r2, err := mlp.R2(y, yhat)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	f := newFigure("Predicted and true values", "True value", "Predicted value")
	f.Height = 4.6 * vg.Inch
	lo, hi := margins(slices.Concat(a, b))
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = lo, hi, lo, hi
	f.grid()
	if err := f.reference("perfect", diagonal(lo, hi)); err != nil {
		return nil, err
	}
	if err := f.cloud(fmt.Sprintf("R² %.3f", r2), a, b); err != nil {
		return nil, err
	}
	return f, nil
}

// Residuals draws what is left of the targets y after the predictions yhat,
// y − ŷ, against ŷ. Both are n×1. Around the dashed line they should look alike
// everywhere: a bend tells of something not learned, a funnel of noise that
// grows.
func Residuals(y, yhat mat.Matrix) (*Figure, error) {
	const op = "Residuals"
	a, b, err := columns(op, y, yhat)
	if err != nil {
		return nil, err
	}
	rest := make([]float64, len(a))
	for i := range rest {
		rest[i] = a[i] - b[i]
	}
	f := newFigure("Residuals", "Predicted value", "Residual (true minus predicted value)")
	f.X.Min, f.X.Max = margins(b)
	f.Y.Min, f.Y.Max = margins(append([]float64{0}, rest...))
	f.grid()
	if err := f.reference("perfect", plotter.XYs{{X: f.X.Min, Y: 0}, {X: f.X.Max, Y: 0}}); err != nil {
		return nil, err
	}
	if err := f.cloud("rows", b, rest); err != nil {
		return nil, err
	}
	return f, nil
}

// cloud adds a dot for each pair of numbers.
func (f *Figure) cloud(name string, xs, ys []float64) error {
	xys := make(plotter.XYs, len(xs))
	for i := range xys {
		xys[i] = plotter.XY{X: xs[i], Y: ys[i]}
	}
	s, err := plotter.NewScatter(xys)
	if err != nil {
		return err
	}
	s.Color, s.Radius, s.Shape = seriesColor(0), 2.5, dot{}
	f.Add(s)
	f.Legend.Add(name, s)
	return nil
}

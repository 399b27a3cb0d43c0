package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/mlp/trust"
)

// Reliability draws the reliability diagram of the probabilities p for the
// targets y, both n×1 or n×k, in so many bins: the points of trust.Reliability.
// The more rows a bin has, the larger its point. The expected calibration error
// (ECE) is in the legend. Points below the diagonal are of a network that is
// too sure of itself.
func Reliability(y, p mat.Matrix, bins int) (*Figure, error) {
	points, err := trust.Reliability(y, p, bins)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	ece, err := trust.CalibrationError(y, p, bins)
	if err != nil {
		return nil, fmt.Errorf("plots: %w", err)
	}
	f := newFigure("Reliability", "Predicted probability", "Observed share")
	f.Height = 4.6 * vg.Inch
	f.unitSquare()
	f.grid()
	if err := f.reference("calibrated", diagonal(0, 1)); err != nil {
		return nil, err
	}
	most := 0
	xys := make(plotter.XYs, len(points))
	for i, b := range points {
		xys[i] = plotter.XY{X: b.Predicted, Y: b.Observed}
		most = max(most, b.Rows)
	}
	l, s, err := plotter.NewLinePoints(xys)
	if err != nil {
		return nil, err
	}
	l.Color, l.Width = seriesColor(0), 1.5
	s.GlyphStyleFunc = func(i int) draw.GlyphStyle {
		area := float64(points[i].Rows) / float64(most)
		return draw.GlyphStyle{Color: l.Color, Radius: vg.Length(2 + 4*math.Sqrt(area)), Shape: dot{}}
	}
	f.Add(l, s)
	f.Legend.Add(fmt.Sprintf("network, ECE %.3f", ece), l)
	return f, nil
}

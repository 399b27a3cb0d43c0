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
// targets y, both n×1 or n×k, in this many bins: the points of
// trust.Reliability. Bins with more rows have larger points. The expected
// calibration error (ECE) is in the legend.
//
// For two classes the probabilities are those of class 1. Points below the
// diagonal mean probabilities that are too high, points above it probabilities
// that are too low: an overconfident network has points above it on the left
// and below it on the right. For more classes the probabilities are the largest
// ones of each row, and points below the diagonal mean that the network is
// overconfident.
func Reliability(y, p mat.Matrix, bins int) (*Figure, error) {
	const op = "Reliability"
	points, err := trust.Reliability(y, p, bins)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	ece, err := trust.CalibrationError(y, p, bins)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	f := newSquareFigure("Reliability", "Predicted probability of class 1", "Share of class 1")
	if _, classes := p.Dims(); classes > 2 {
		f.X.Label.Text, f.Y.Label.Text = "Largest probability", "Share of right predictions"
	}
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

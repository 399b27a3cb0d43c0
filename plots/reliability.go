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
// trust.Reliability. The more rows a bin has, the larger its point. The expected
// calibration error (ECE) is in the legend.
//
// Of two classes the probabilities are those of class 1. Points below the
// diagonal are of probabilities that are too high, those above of ones that are
// too low: a network that is too sure of itself has points above on the left
// and below on the right. Of more classes the probabilities are the largest
// ones of each row, and points below the diagonal are of a network that is too
// sure of itself.
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

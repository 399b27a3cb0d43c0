package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Intervals draws the intervals from lo to hi that predict the targets y, such
// as those of trust.Intervals.Bounds, all of them n×1. The rows are sorted by
// the centers of their intervals: bars for up to 60 rows, a band for more.
// Targets outside of their intervals have a color of their own. The legend has
// the shares of targets inside, which is the coverage, and outside. Of more
// than 2,000 rows only 2,000, evenly spaced in that order, are drawn.
func Intervals(y, lo, hi mat.Matrix) (*Figure, error) {
	const op = "Intervals"
	ys, los, err := columns(op, "y", y, "lo", lo)
	if err != nil {
		return nil, err
	}
	_, his, err := columns(op, "y", y, "hi", hi)
	if err != nil {
		return nil, err
	}
	n := len(ys)
	order := make([]int, n)
	for i := range order {
		if los[i] > his[i] {
			return nil, fmt.Errorf("plots: %s: lo[%d,0] is %g, hi[%d,0] is %g, want at least as much", op, i, los[i], i, his[i])
		}
		order[i] = i
	}
	middle := func(i int) float64 { return los[i]/2 + his[i]/2 }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(middle(i), middle(j)) })

	const inside, outside = 0, 1
	var upper, lower plotter.XYs
	var values [2]plotter.XYs // drawn, inside and outside
	var counts [2]int
	next := 0.0 // position of the next row to draw
	for place, i := range order {
		side := inside
		if ys[i] < los[i] || ys[i] > his[i] {
			side = outside
		}
		counts[side]++
		if float64(place) < next {
			continue
		}
		next += max(1, float64(n)/mostDots)
		x := float64(place + 1)
		upper, lower = append(upper, plotter.XY{X: x, Y: his[i]}), append(lower, plotter.XY{X: x, Y: los[i]})
		values[side] = append(values[side], plotter.XY{X: x, Y: ys[i]})
	}
	f := newFigure("Prediction intervals", "Row, in the order of the predictions", "Value")
	f.X.Tick.Marker = wholeTicks
	f.grid()
	interval, err := f.intervals(upper, lower)
	if err != nil {
		return nil, err
	}
	f.Legend.Add("interval", interval)
	for side, name := range []string{"inside", "outside"} {
		if len(values[side]) == 0 {
			continue
		}
		s, err := plotter.NewScatter(values[side])
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = dotStyle(side, len(upper))
		f.Add(s)
		f.Legend.Add(fmt.Sprintf("true value %s, %.1f %%", name, 100*float64(counts[side])/float64(n)), dotThumbnail(side))
	}
	f.spread()
	return f, nil
}

// intervals adds bars or a band between the ends of the intervals.
func (f *Figure) intervals(upper, lower plotter.XYs) (plot.Thumbnailer, error) {
	const mostBars = 60
	if len(upper) > mostBars {
		slices.Reverse(lower)
		return f.band(append(upper, lower...), 0)
	}
	bars := intervalBars{upper, lower, draw.LineStyle{Color: tint(seriesColor(0), 0.4), Width: 3}}
	f.Add(bars)
	return bars, nil
}

// intervalBars are vertical lines between points.
type intervalBars struct {
	upper, lower plotter.XYs
	style        draw.LineStyle
}

// Plot implements plot.Plotter.
func (b intervalBars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, at := range b.upper {
		c.StrokeLine2(b.style, x(at.X), y(b.lower[i].Y), x(at.X), y(at.Y))
	}
}

// DataRange implements plot.DataRanger.
func (b intervalBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	return plotter.XYRange(slices.Concat(b.upper, b.lower))
}

// Thumbnail implements plot.Thumbnailer.
func (b intervalBars) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(b.style, c.Center().X, c.Min.Y, c.Center().X, c.Max.Y)
}

package plots

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// mostDots is the largest number of points drawn as dots; more are counted in
// hexagons.
const mostDots = 2000

// cloud adds a dot for each point or, if there are many, hexagons that are
// darker the more points they contain. The axes must have their ranges.
func (f *Figure) cloud(points plotter.XYs) (plot.Thumbnailer, error) {
	if len(points) > mostDots {
		h := newHexagons(points, f)
		f.Add(h, colorBar{colors: h.colors, label: "Rows", log: true})
		f.Width += 0.8 * vg.Inch // for the color bar
		return h, nil
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return nil, err
	}
	s.GlyphStyle = dotStyle(0, len(points))
	f.Add(s)
	return dotThumbnail(0), nil
}

// dotStyle returns the style of the dots of a series in a figure with n dots.
func dotStyle(series, n int) draw.GlyphStyle {
	return draw.GlyphStyle{Color: seriesColor(series), Radius: dotRadius(n), Shape: dot{}}
}

// dotThumbnail returns a dot for the legend, which is never too small to show
// its color.
func dotThumbnail(series int) plot.Thumbnailer {
	return &plotter.Scatter{GlyphStyle: dotStyle(series, 1)}
}

// dotRadius returns the radius of each of n dots, which is smaller the more
// there are.
func dotRadius(n int) vg.Length {
	const few, largest, smallest = 400, 2.5, 0.8
	return vg.Length(min(largest, max(smallest, largest*math.Sqrt(few/float64(n)))))
}

// hexagons are a histogram of points in the plane.
type hexagons struct {
	bins          []hexagon // from the bottom to the top, from left to right
	width, height float64   // of a hexagon, in the units of the axes
	colors        palette.ColorMap
}

// A hexagon has a side on its left and on its right.
type hexagon struct {
	x, y float64 // center
	rows int     // points in it
}

// newHexagons counts the points in regular hexagons between the ends of the
// axes of f.
func newHexagons(points plotter.XYs, f *Figure) *hexagons {
	const across = 40
	shape := 1.0 // of the axes, about
	if !f.square {
		shape = float64(f.Width / f.Height)
	}
	// Rows of hexagons overlap by a quarter of their height.
	stacked := max(1, math.Round(across/shape/(math.Sqrt(3)/2)))
	dx, dy := (f.X.Max-f.X.Min)/across, (f.Y.Max-f.Y.Min)/stacked
	counts := make(map[[2]int]int) // by halves of dx and by dy
	for _, p := range points {
		counts[hexagonOf((p.X-f.X.Min)/dx, (p.Y-f.Y.Min)/dy)]++
	}
	h := &hexagons{width: dx, height: dy * 4 / 3}
	most := 0
	for at, n := range counts {
		h.bins = append(h.bins, hexagon{f.X.Min + float64(at[0])*dx/2, f.Y.Min + float64(at[1])*dy, n})
		most = max(most, n)
	}
	slices.SortFunc(h.bins, func(a, b hexagon) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	h.colors = countColors(most)
	return h
}

// hexagonOf returns the center of the hexagon that contains the point (u, v):
// the number of half widths and that of rows. Every second row is shifted by
// half a width.
func hexagonOf(u, v float64) [2]int {
	even := [2]int{2 * int(math.Round(u)), 2 * int(math.Round(v/2))}
	odd := [2]int{2*int(math.Floor(u)) + 1, 2*int(math.Floor(v/2)) + 1}
	distance := func(c [2]int) float64 {
		du, dv := u-float64(c[0])/2, v-float64(c[1])
		return float64(du*du) + float64(0.75*dv*dv) // rows are √3/2 widths apart
	}
	if distance(odd) < distance(even) {
		return odd
	}
	return even
}

// Plot implements plot.Plotter.
func (h *hexagons) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, b := range h.bins {
		corners := make([]vg.Point, 6)
		for i, at := range [][2]float64{{0, 0.5}, {0.5, 0.25}, {0.5, -0.25}, {0, -0.5}, {-0.5, -0.25}, {-0.5, 0.25}} {
			corners[i] = vg.Point{X: x(b.x + at[0]*h.width), Y: y(b.y + at[1]*h.height)}
		}
		c.FillPolygon(h.color(b.rows), c.ClipPolygonXY(corners))
	}
}

func (h *hexagons) color(rows int) color.Color {
	return at(h.colors, min(math.Log10(float64(rows)), h.colors.Max()))
}

// Thumbnail implements plot.Thumbnailer.
func (h *hexagons) Thumbnail(c *draw.Canvas) {
	c.SetColor(at(h.colors, h.colors.Max()/2))
	c.Fill(c.Rectangle.Path())
}

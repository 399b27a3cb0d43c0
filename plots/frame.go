package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// framePadding is the distance of the drawing from the frame.
const framePadding = 7

const frameWidth = 0.5

// A frame replaces the lines of both axes. It is a rectangle at the same
// distance from the data on all sides, and may have lines at the ticks.
type frame struct{ grid bool }

// grid adds a frame with lines at the ticks.
func (f *Figure) grid() { f.enclose(frame{grid: true}) }

// outline adds a frame around an image, which fills it.
func (f *Figure) outline() {
	f.X.Padding, f.Y.Padding = 0, 0
	f.enclose(frame{})
}

// enclose adds a frame in place of the lines of the axes.
func (f *Figure) enclose(fr frame) {
	f.X.Width, f.Y.Width = 0, 0
	f.Add(fr)
}

// Plot implements plot.Plotter.
func (fr frame) Plot(c draw.Canvas, p *plot.Plot) {
	r := framed(c.Rectangle, p)
	if fr.grid {
		fr.lines(c, r, p)
	}
	c.StrokeLines(draw.LineStyle{Color: p.X.Color, Width: frameWidth}, closed(r))
}

// closed returns the outline of a rectangle, closed with a complete corner.
func closed(r vg.Rectangle) []vg.Point {
	right := vg.Point{X: r.Max.X, Y: r.Min.Y}
	return []vg.Point{r.Min, right, r.Max, {X: r.Min.X, Y: r.Max.Y}, r.Min, right}
}

// lines draws lines through the rectangle at the ticks.
func (frame) lines(c draw.Canvas, r vg.Rectangle, p *plot.Plot) {
	style := draw.LineStyle{Color: lightGray, Width: frameWidth}
	x, y := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if at := x(t.Value); c.ContainsX(at) && !t.IsMinor() {
			c.StrokeLine2(style, at, r.Min.Y, at, r.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if at := y(t.Value); c.ContainsY(at) && !t.IsMinor() {
			c.StrokeLine2(style, r.Min.X, at, r.Max.X, at)
		}
	}
}

// GlyphBoxes implements plot.GlyphBoxer.
func (frame) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{roomRight(p.Y.Padding + frameWidth), roomAbove(p.X.Padding + frameWidth)}
}

// framed returns the rectangle of the frame around the data.
func framed(data vg.Rectangle, p *plot.Plot) vg.Rectangle {
	pad := vg.Point{X: p.Y.Padding, Y: p.X.Padding}
	return vg.Rectangle{Min: data.Min.Sub(pad), Max: data.Max.Add(pad)}
}

// roomRight returns a box that reserves this width to the right of the axes.
func roomRight(width vg.Length) plot.GlyphBox {
	return plot.GlyphBox{X: 1, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: width}}}
}

// roomAbove returns a box that reserves this height above the axes.
func roomAbove(height vg.Length) plot.GlyphBox {
	return plot.GlyphBox{X: 1, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: height}}}
}

package plots

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A colorBar shows, to the right of the axes, which values the colors
// represent.
type colorBar struct {
	colors palette.ColorMap
	label  string
	log    bool // the colors represent logarithms to base 10
}

const (
	barGap   = 14 // between the axes and the bar
	barWidth = 12
	barSpace = 4 // around the tick labels
)

// ticks returns the ticks at values of the colors.
func (b colorBar) ticks() []plot.Tick {
	lo, hi := b.colors.Min(), b.colors.Max()
	if !b.log {
		return ticks{}.Ticks(lo, hi)
	}
	all := logTicks{}.Ticks(math.Pow(10, lo), math.Pow(10, hi))
	for i := range all {
		all[i].Value = math.Log10(all[i].Value)
	}
	return all
}

// labelAt is where the left edge of the label is, from the axes.
func (b colorBar) labelAt(p *plot.Plot) vg.Length {
	width := vg.Length(0)
	for _, t := range b.ticks() {
		width = max(width, p.Y.Tick.Label.Width(t.Label))
	}
	return barGap + barWidth + 2*barSpace + width
}

func (b colorBar) Plot(c draw.Canvas, p *plot.Plot) {
	left, right := c.Max.X+barGap, c.Max.X+barGap+barWidth
	lo, hi := b.colors.Min(), b.colors.Max()
	height := func(v float64) vg.Length { return c.Y((v - lo) / (hi - lo)) }
	const steps = 128
	for i := range steps { // each up to the top, so that there are no visible seams
		share := float64(i) / steps
		c.FillPolygon(at(b.colors, lo+(hi-lo)*(share+0.5/steps)), []vg.Point{
			{X: left, Y: c.Y(share)}, {X: right, Y: c.Y(share)}, {X: right, Y: c.Max.Y}, {X: left, Y: c.Max.Y},
		})
	}
	style := p.Y.Tick.Label
	style.XAlign, style.YAlign = text.XLeft, text.YCenter
	for _, t := range b.ticks() {
		if t.IsMinor() {
			continue
		}
		c.FillText(style, vg.Point{X: right + barSpace, Y: height(t.Value) + style.FontExtents().Descent}, t.Label)
	}
	style = p.Y.Label.TextStyle
	style.Rotation, style.XAlign, style.YAlign = math.Pi/2, text.XCenter, text.YTop
	c.FillText(style, vg.Point{X: c.Max.X + b.labelAt(p), Y: c.Center().Y}, b.label)
}

func (b colorBar) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{roomRight(b.labelAt(p) + p.Y.Label.TextStyle.Height(b.label) + barSpace)}
}

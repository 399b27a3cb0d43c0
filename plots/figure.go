package plots

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Figure is a plot together with its size. The functions of this package
// make one that is ready to be saved.
type Figure struct {
	*plot.Plot

	Width, Height vg.Length // of the whole, with title and labels; an inch (vg.Inch) is 96 pixels in a PNG file
}

// newFigure returns a figure of 600×400 pixels without contents.
func newFigure(title, x, y string) *Figure {
	f := &Figure{Plot: plot.New(), Width: 6.25 * vg.Inch, Height: 25. / 6 * vg.Inch}
	f.Title.Text, f.X.Label.Text, f.Y.Label.Text = title, x, y
	f.Title.TextStyle.Font.Size = 14
	f.Title.Padding = 8
	f.Title.TextStyle.Font.Variant = "Sans"
	for _, axis := range []*plot.Axis{&f.X, &f.Y} {
		axis.Label.TextStyle.Font.Variant = "Sans"
		axis.Label.Padding = 4
		axis.Tick.Label.Font.Variant = "Sans"
		axis.Tick.Length = 4
		axis.Tick.Marker = ticks{}
	}
	f.Legend.TextStyle.Font.Variant = "Sans"
	f.Legend.TextStyle.Font.Size = 11
	f.Legend.Padding = 3
	f.Legend.Top = true
	f.Legend.YPosition = draw.PosCenter
	f.Add(legendRoom{})
	return f
}

// Save writes the figure to a file in the format that the extension of its
// name asks for: .png, .svg, .pdf, or another one that gonum's plot knows.
//
// The PNG files are smaller than those of the Plot itself, and images in SVG
// and PDF files are such that all viewers show them, and upright.
func (f *Figure) Save(name string) error {
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	b, err := f.encode(format)
	if err != nil {
		return fmt.Errorf("plots: Save: %s: %w", name, err)
	}
	if err := os.WriteFile(name, b, 0o666); err != nil {
		return fmt.Errorf("plots: Save: %w", err)
	}
	return nil
}

// grid adds lines at the ticks.
func (f *Figure) grid() {
	g := plotter.NewGrid()
	g.Horizontal.Color, g.Vertical.Color = lightGray, lightGray
	g.Horizontal.Width, g.Vertical.Width = 0.5, 0.5
	f.Add(g)
}

// curve adds the line of a series and its name to the legend.
func (f *Figure) curve(name string, series int, points plotter.XYs) error {
	l, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	l.Color, l.Width, l.Dashes = seriesColor(series), 1.5, seriesDashes(series)
	f.Add(l)
	f.Legend.Add(name, l)
	return nil
}

// dots adds a dot at each point of a series if there are few.
func (f *Figure) dots(series int, points plotter.XYs) error {
	const few = 20
	if len(points) > few {
		return nil
	}
	s, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	s.Color, s.Radius, s.Shape = seriesColor(series), 2.5, draw.CircleGlyph{}
	f.Add(s)
	return nil
}

// reference adds a gray dashed line that curves are compared with.
func (f *Figure) reference(name string, points plotter.XYs) error {
	l, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	l.Color, l.Width, l.Dashes = gray, 1, []vg.Length{4, 3}
	f.Add(l)
	f.Legend.Add(name, l)
	return nil
}

// diagonal are the ends of the line of equal x and y.
func diagonal(lo, hi float64) plotter.XYs { return plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}} }

// unitSquare makes both axes those of shares.
func (f *Figure) unitSquare() { f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = 0, 1, 0, 1 }

// legendRoom leaves room for the legend to the right of the axes.
type legendRoom struct{}

func (legendRoom) Plot(draw.Canvas, *plot.Plot) {}

func (legendRoom) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	const gap = 12
	r := p.Legend.Rectangle(draw.Canvas{})
	if r.Size().Y == 0 {
		return []plot.GlyphBox{roomRight(gap)} // half of the last tick label
	}
	return []plot.GlyphBox{roomRight(gap + r.Size().X)}
}

// roomRight is a box that keeps so much free to the right of the axes.
func roomRight(width vg.Length) plot.GlyphBox {
	return plot.GlyphBox{X: 1, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{X: width}}}
}

// dot is a disc with a white rim, which keeps neighbors apart.
type dot struct{}

func (dot) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	c.SetColor(color.White)
	draw.CircleGlyph{}.DrawGlyph(c, draw.GlyphStyle{Radius: style.Radius + 0.6}, at)
	c.SetColor(style.Color)
	draw.CircleGlyph{}.DrawGlyph(c, style, at)
}

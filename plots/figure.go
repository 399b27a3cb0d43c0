package plots

import (
	"cmp"
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/mlp/internal/matrix"
)

// A Figure is a plot together with the size and the kind of its files. The
// functions of this package return one that is ready to be saved by SaveFile or
// written by WriteTo.
//
// The methods Save and WriterTo of its Plot are those of package plot, which
// place the legend differently and do not use the size.
type Figure struct {
	*plot.Plot

	Width, Height vg.Length // of the whole, with title and labels

	// DPI is the number of pixels per inch in PNG, JPEG and TIFF files; 0 means
	// 192. Journals ask for 300 or 600.
	DPI int

	// Format is the format of WriteTo: "png", "svg", "pdf", or another format
	// that gonum's plot supports. "" means "png".
	Format string

	square bool // both axes have the same length on paper
}

// newFigure returns a figure of 6.25×4.17 inches without contents.
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
		axis.Padding = framePadding
	}
	f.Legend.TextStyle.Font.Variant = "Sans"
	f.Legend.TextStyle.Font.Size = 11
	f.Legend.Padding = 3
	f.Legend.Top, f.Legend.Left = true, true
	f.Legend.YPosition = draw.PosCenter
	return f
}

// newSquareFigure returns a figure without contents whose axes have the same
// length, for plots with a meaningful diagonal.
func newSquareFigure(title, x, y string) *Figure {
	f := newFigure(title, x, y)
	f.Width, f.Height, f.square = 5*vg.Inch, 5.2*vg.Inch, true
	return f
}

// WriteTo writes the figure to w in its Format. It implements io.WriterTo.
//
// PNG files are smaller than those of the Plot itself and include the number of
// pixels per inch, and images in SVG and PDF files are written so that all
// viewers show them, and upright.
//
// It is an error if the figure is wider or higher than 200 inches or has more
// than 2²⁸ pixels, or if an axis with a plot.LogScale does not begin above 0.
func (f *Figure) WriteTo(w io.Writer) (int64, error) {
	const op = "Figure.WriteTo"
	if matrix.IsNil(w) {
		return 0, fmt.Errorf("plots: %s: the writer is nil", op)
	}
	b, err := f.encode(cmp.Or(f.Format, "png"))
	if err != nil {
		return 0, fmt.Errorf("plots: %s: %w", op, err)
	}
	n, err := w.Write(b)
	if err != nil {
		return int64(n), fmt.Errorf("plots: %s: %w", op, err)
	}
	return int64(n), nil
}

// SaveFile writes the figure to a file in the format given by the extension of
// its name, as in loss.png, loss.svg or loss.pdf, regardless of its Format. The
// errors are those of WriteTo and of the file system.
func (f *Figure) SaveFile(name string) error {
	const op = "Figure.SaveFile"
	b, err := f.encode(strings.TrimPrefix(filepath.Ext(name), "."))
	if err != nil {
		return fmt.Errorf("plots: %s: %s: %w", op, name, err)
	}
	if err := os.WriteFile(name, b, 0o666); err != nil {
		return fmt.Errorf("plots: %s: %w", op, err)
	}
	return nil
}

// Draw draws the figure on a canvas, for instance as one of several on a page.
// The legend is in the emptiest corner of the axes, between two corners if it
// would hide something in every corner, and to the right of the axes if it
// would hide something everywhere. Legend.XOffs and Legend.YOffs move it from
// there. Digits that all numbers on an axis share move to the label of the
// axis. A zero Figure draws nothing.
func (f *Figure) Draw(c draw.Canvas) {
	if f.Plot == nil {
		return
	}
	p, legend := *f.Plot, f.Legend // copies, so that the figure does not change
	p.Legend = plot.NewLegend()
	shiftAxis(&p.X)
	shiftAxis(&p.Y)
	c = drawSideLabel(&p, c)
	area := f.area(&p, c)
	if legendSize(&legend).Y == 0 {
		p.Draw(area)
		return
	}
	room := framed(p.DataCanvas(area).Rectangle, &p)
	room.Min = room.Min.Add(vg.Point{X: legendInset, Y: legendInset})
	room.Max = room.Max.Sub(vg.Point{X: legendInset, Y: legendInset})
	size := legendSize(&legend)
	fits := func(r vg.Rectangle) bool { return r.Size().X >= size.X && r.Size().Y >= size.Y }
	if fits(c.Rectangle) && fits(room) { // the axes of tiny figures may be larger than these
		inside := vg.Rectangle{Min: room.Min.Sub(c.Min), Max: room.Max.Sub(c.Min)}
		if at, ok := sketch(&p, c, area.Rectangle).emptiest(inside, size); ok {
			p.Draw(area)
			drawLegend(&legend, c, at.of(room, size), ground(&p))
			return
		}
	}
	area = f.area(&p, draw.Crop(c, 0, -size.X-legendInset, 0, 0))
	p.Draw(area)
	top := framed(p.DataCanvas(area).Rectangle, &p).Max.Y
	fitLegend(&legend, top-c.Min.Y)
	size = legendSize(&legend)
	at := vg.Point{X: area.Max.X + legendInset, Y: top - size.Y}
	drawLegend(&legend, c, vg.Rectangle{Min: at, Max: at.Add(size)}, ground(&p))
}

// drawSideLabel draws the label of the y axis if it has a log scale, removes it
// from p and returns the remaining canvas. Package plot assumes that the middle
// between the ends of an axis is the middle of its line, and would leave room
// for the label above a line of logarithms.
func drawSideLabel(p *plot.Plot, c draw.Canvas) draw.Canvas {
	label := p.Y.Label
	if _, ok := p.Y.Scale.(plot.LogScale); !ok || label.Text == "" {
		return c
	}
	style := label.TextStyle
	style.Rotation += math.Pi / 2
	p.Y.Label.Text = ""
	height := style.FontExtents().Height
	rest := draw.Crop(c, height+label.Padding, 0, 0, 0)
	data := p.DataCanvas(rest)
	c.FillText(style, vg.Point{X: c.Min.X + height, Y: data.Center().Y}, label.Text)
	return rest
}

// area returns the part of the canvas to draw the plot on: all of it, or the
// part that makes the axes square.
func (f *Figure) area(p *plot.Plot, c draw.Canvas) draw.Canvas {
	if !f.square {
		return c
	}
	for range 2 { // the labels may then need a different amount of room
		size := p.DataCanvas(c).Size()
		if cut := (size.X - size.Y) / 2; cut > 0 {
			c = draw.Crop(c, cut, -cut, 0, 0)
		} else {
			c = draw.Crop(c, 0, 0, -cut, cut)
		}
	}
	return c
}

// curve adds the line of a series and its name to the legend.
func (f *Figure) curve(name string, series int, points plotter.XYs) error {
	l, err := f.line(points, thick(series))
	if err != nil {
		return err
	}
	f.Legend.Add(name, l)
	return nil
}

// line adds a line without a name.
func (f *Figure) line(points plotter.XYs, style draw.LineStyle) (*plotter.Line, error) {
	l, err := plotter.NewLine(points)
	if err != nil {
		return nil, err
	}
	l.LineStyle = style
	f.Add(l)
	return l, nil
}

// band fills the outline with the light color of a series.
func (f *Figure) band(outline plotter.XYs, series int) (*plotter.Polygon, error) {
	p, err := plotter.NewPolygon(outline)
	if err != nil {
		return nil, err
	}
	p.Color, p.LineStyle.Width = tint(seriesColor(series), 0.2), 0
	f.Add(p)
	return p, nil
}

// spread gives a range to axes that have a single value.
func (f *Figure) spread() {
	for _, axis := range []*plot.Axis{&f.X, &f.Y} {
		if axis.Min == axis.Max {
			axis.Min, axis.Max = margins([]float64{axis.Min})
		}
	}
}

// dots adds a dot at each point of a series if there are only a few.
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
	l, err := f.line(points, dashed())
	if err != nil {
		return err
	}
	f.Legend.Add(name, l)
	return nil
}

// diagonal returns the ends of the line of equal x and y.
func diagonal(lo, hi float64) plotter.XYs { return plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}} }

// unitSquare sets the range of both axes to [0, 1].
func (f *Figure) unitSquare() { f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = 0, 1, 0, 1 }

// dot is a disc with a white rim, which keeps neighbors apart.
type dot struct{}

func (dot) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	rim := min(0.6, style.Radius/4)
	c.SetColor(color.White)
	draw.CircleGlyph{}.DrawGlyph(c, draw.GlyphStyle{Radius: style.Radius + rim}, at)
	c.SetColor(style.Color)
	draw.CircleGlyph{}.DrawGlyph(c, style, at)
}

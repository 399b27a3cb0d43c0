package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"example.com/mlp"
)

// Confusion draws a confusion matrix: a row for each true class and a column for
// each predicted one. The darker a cell, the larger its share of the row. With up
// to 25 classes the cells show their counts, except for 0. The maximum is 200
// classes.
func Confusion(c *mlp.Confusion) (*Figure, error) {
	const op = "Confusion"
	if c == nil || len(c.Counts) == 0 {
		return nil, fmt.Errorf("plots: %s: the matrix is empty", op)
	}
	classes := len(c.Counts)
	if classes > maxClasses {
		return nil, fmt.Errorf("plots: %s: %d classes, at most %d fit into a figure", op, classes, maxClasses)
	}
	if len(c.Names) != classes {
		return nil, fmt.Errorf("plots: %s: %d names for %d classes", op, len(c.Names), classes)
	}
	rows := make([][]int, classes)
	for i, row := range c.Counts {
		if len(row) != classes {
			return nil, fmt.Errorf("plots: %s: row %d has %d counts, there are %d classes", op, i, len(row), classes)
		}
		for j, n := range row {
			if n < 0 {
				return nil, fmt.Errorf("plots: %s: counts[%d,%d] is %d", op, i, j, n)
			}
		}
		rows[i] = slices.Clone(row)
	}

	f := newFigure("Confusion matrix", "Predicted", "True")
	f.Height, f.square = 5.2*vg.Inch, true
	f.X.Min, f.X.Max = -0.5, float64(classes)-0.5
	f.Y.Min, f.Y.Max = f.X.Min, f.X.Max
	f.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}} // class 0 on top
	const most = 30                                                // legible names
	names := make([]string, classes)
	for i := 0; i < classes; i += (classes + most - 1) / most {
		names[i] = shortened(c.Names[i])
	}
	f.nameAxis(&f.X, names)
	f.nameAxis(&f.Y, names)
	f.slantLabels(names, 3.5*vg.Inch)
	colors := shareColors()
	f.Add(counts{rows, colors}, colorBar{colors: colors, label: "Share of the true class"})
	f.outline()
	return f, nil
}

const maxClasses = 200

// nameAxis puts names at 0, 1, 2 and so on instead of ticks.
func (f *Figure) nameAxis(axis *plot.Axis, names []string) {
	ticks := make(plot.ConstantTicks, len(names))
	for i, name := range names {
		ticks[i] = plot.Tick{Value: float64(i), Label: name}
	}
	axis.Tick.Marker = ticks
}

// slantLabels rotates the names below the x axis if they would touch in this
// much room.
func (f *Figure) slantLabels(names []string, room vg.Length) {
	style := &f.X.Tick.Label
	for _, name := range names {
		if style.Width(name+"  ") > room/vg.Length(len(names)) {
			style.Rotation = math.Pi / 4
			style.XAlign, style.YAlign = text.XRight, text.YCenter
			return
		}
	}
}

// counts draws the cells of a confusion matrix.
type counts struct {
	counts [][]int
	colors palette.ColorMap
}

func (m counts) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	const most = 25 // classes with numbers in their cells
	style := p.X.Tick.Label
	style.Rotation, style.XAlign, style.YAlign = 0, text.XCenter, text.YCenter
	cell := x(1) - x(0)
	style.Font.Size = min(12, 0.4*cell)
	for i, row := range m.counts {
		total := 0.0 // an int might overflow
		for _, n := range row {
			total += float64(n)
		}
		for j, n := range row {
			share := float64(n) / max(total, 1)
			left, right := x(float64(j)-0.5), x(float64(j)+0.5)
			top, bottom := y(float64(i)-0.5), y(float64(i)+0.5)
			c.FillPolygon(at(m.colors, share), []vg.Point{{X: left, Y: top}, {X: right, Y: top}, {X: right, Y: bottom}, {X: left, Y: bottom}})
			if n > 0 && len(m.counts) <= most {
				style.Color = color.Black
				if share > 0.5 {
					style.Color = color.White
				}
				c.FillText(style, vg.Point{X: (left + right) / 2, Y: (top+bottom)/2 + style.FontExtents().Descent/2}, strconv.Itoa(n))
			}
		}
	}
}

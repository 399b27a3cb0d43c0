package plots

import (
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

const (
	legendInset = 6 // between the frame and the box of the legend
	legendInner = 5 // between that box and its contents
)

// A place is the position of a legend in the axes: 0 is the left or lower end,
// 1 the right or upper one.
type place struct{ x, y vg.Length }

// places are the possible places of a legend, the best first: the corners, and
// those between them only if all corners are taken.
var places = [...]place{
	{1, 1}, {0, 1}, {1, 0}, {0, 0},
	{0.5, 1}, {0.5, 0}, {1, 0.5}, {0, 0.5}, {0.5, 0.5},
}

// of returns the rectangle of the given size that has this place in r.
func (at place) of(r vg.Rectangle, size vg.Point) vg.Rectangle {
	free := r.Size().Sub(size)
	from := r.Min.Add(vg.Point{X: at.x * free.X, Y: at.y * free.Y})
	return vg.Rectangle{Min: from, Max: from.Add(size)}
}

// legendSize returns the size of the box around a legend, 0 if it has no
// entries.
func legendSize(l *plot.Legend) vg.Point {
	size := l.Rectangle(draw.Canvas{}).Size()
	if size.Y == 0 {
		return vg.Point{}
	}
	return size.Add(vg.Point{X: 2 * legendInner, Y: 2 * legendInner})
}

// fitLegend reduces the font size of a legend if it is higher than the room for
// it.
func fitLegend(l *plot.Legend, room vg.Length) {
	const least = 3
	for legendSize(l).Y > room && l.TextStyle.Font.Size > least {
		l.TextStyle.Font.Size -= 0.5
		l.Padding = min(l.Padding, l.TextStyle.Font.Size/4)
	}
}

// drawLegend draws a legend into its box, which hides what is behind it.
func drawLegend(l *plot.Legend, c draw.Canvas, box vg.Rectangle, ground color.Color) {
	c.SetColor(ground)
	c.Fill(box.Path())
	c.StrokeLines(draw.LineStyle{Color: lightGray, Width: frameWidth}, closed(box))
	inner := vg.Point{X: legendInner, Y: legendInner}
	c.Rectangle = vg.Rectangle{Min: box.Min.Add(inner), Max: box.Max.Sub(inner)}
	c.Max.Y += l.TextStyle.FontExtents().Descent // which the legend leaves empty above its first line
	l.Draw(c)
}

// A drawing records where on a canvas there is ink, and how much.
type drawing struct {
	img    image.Image
	pixel  vg.Length // side of a pixel
	ground color.Color
}

// sketch returns a small drawing of the plot on a canvas like c.
func sketch(p *plot.Plot, c draw.Canvas, area vg.Rectangle) drawing {
	const dpi = 48
	size := c.Size()
	img := vgimg.NewWith(vgimg.UseWH(size.X, size.Y), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(ground(p)))
	from := draw.NewCanvas(img, size.X, size.Y)
	from.Rectangle = vg.Rectangle{Min: area.Min.Sub(c.Min), Max: area.Max.Sub(c.Min)}
	p.Draw(from)
	return drawing{img.Image(), vg.Inch / dpi, ground(p)}
}

// ground returns the background color of the plot.
func ground(p *plot.Plot) color.Color {
	if p.BackgroundColor == nil {
		return color.White
	}
	return p.BackgroundColor
}

// ink returns the number of pixels of the rectangle that differ from the
// background by more than a grid does.
func (d drawing) ink(r vg.Rectangle) int {
	height := d.img.Bounds().Dy()
	pixels := image.Rect(
		int(r.Min.X/d.pixel), height-int(r.Max.Y/d.pixel)-1,
		int(r.Max.X/d.pixel)+1, height-int(r.Min.Y/d.pixel),
	).Intersect(d.img.Bounds())
	r0, g0, b0, _ := d.ground.RGBA()
	apart := func(a, b uint32) uint32 { return max(a, b) - min(a, b) }
	const faint = 0.1 // of the difference between black and white
	n := 0
	for y := pixels.Min.Y; y < pixels.Max.Y; y++ {
		for x := pixels.Min.X; x < pixels.Max.X; x++ {
			r, g, b, _ := d.img.At(x, y).RGBA()
			if float64(apart(r, r0)+apart(g, g0)+apart(b, b0)) > faint*3*0xFFFF {
				n++
			}
		}
	}
	return n
}

// emptiest returns the place in r where a box of the given size covers the
// least ink, and false if that is too much to hide.
func (d drawing) emptiest(r vg.Rectangle, size vg.Point) (best place, ok bool) {
	const most = 4 // pixels: the end of a curve
	least := 0
	for i, at := range places {
		if ink := d.ink(at.of(r, size)); i == 0 || ink < least {
			best, least = at, ink
		}
		if i >= 3 && least <= most { // all corners have been tried
			break
		}
	}
	return best, least <= most
}

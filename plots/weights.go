package plots

import (
	"fmt"
	"image"
	stddraw "image/draw"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Weights draws the inputs×units weights w of a layer as an image: blue ones are
// negative, red ones positive. The names are those of the inputs, which are
// called 0, 1, 2 and so on by default. The weights of the first layer of a
// network, if it is dense, and the names are
//
//	net.Layers()[0].Params()[0].Value
//	net.FeatureNames()
//
// If there is no room for the names of all inputs, some are left out.
func Weights(w mat.Matrix, names ...string) (*Figure, error) {
	const op = "Weights"
	d, err := toDense(op, "w", w)
	if err != nil {
		return nil, err
	}
	d = mat.DenseCopyOf(d) // they may be trained on before the figure is saved
	inputs, units := d.Dims()
	named := len(names) > 0
	if names, err = labels(op, "inputs", inputs, names); err != nil {
		return nil, err
	}
	colors := weightColors(d)
	f := newFigure("Weights", "Unit", "Input")
	f.X.Min, f.X.Max = -0.5, float64(units)-0.5
	f.Y.Min, f.Y.Max = -0.5, float64(inputs)-0.5
	f.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}} // input 0 at the top
	f.X.Tick.Marker, f.Y.Tick.Marker = wholeTicks, wholeTicks
	if named {
		const row, most, others = 10, 60, 1.1 * vg.Inch // others: title and label
		f.Height = max(f.Height, row*vg.Length(min(inputs, most))+others)
		shown := make([]string, inputs)
		step := int(math.Ceil(float64(row * vg.Length(inputs) / (f.Height - others))))
		for i := 0; i < inputs; i += step {
			shown[i] = shortened(names[i])
		}
		f.nameAxis(&f.Y, shown)
		f.Y.Label.Text = ""
	}
	f.Add(weightImage{d, colors}, colorBar{colors: colors, label: "Weight"})
	f.outline()
	return f, nil
}

// Units draws what single units of a layer look for in images: the weights w of
// each unit as an image of rows×cols pixels, line by line, so that w is
// rows·cols×units. Without numbers of units it draws all of them, at most 100.
func Units(w mat.Matrix, rows, cols int, units ...int) (*Figure, error) {
	const op = "Units"
	d, err := toDense(op, "w", w)
	if err != nil {
		return nil, err
	}
	inputs, all := d.Dims()
	if rows < 1 || cols < 1 {
		return nil, fmt.Errorf("plots: %s: images of %d×%d, want at least 1×1", op, rows, cols)
	}
	if inputs%rows != 0 || inputs/rows != cols { // the product might overflow
		return nil, fmt.Errorf("plots: %s: w has %d rows, images of %d×%d take %d", op, inputs, rows, cols, rows*cols)
	}
	units = slices.Clone(units)
	if len(units) == 0 {
		units = make([]int, all)
		for u := range units {
			units[u] = u
		}
	}
	if len(units) > maxUnits {
		return nil, fmt.Errorf("plots: %s: %d units, at most %d fit into a figure", op, len(units), maxUnits)
	}
	for i, u := range units {
		if u < 0 || u >= all {
			return nil, fmt.Errorf("plots: %s: units[%d] is %d, w has %d columns", op, i, u, all)
		}
	}
	tiles := unitTiles{rows: rows, cols: cols, units: units}
	shown := mat.NewDense(inputs, len(units), nil)
	for i, u := range units {
		weights := mat.Col(nil, u, d)
		shown.SetCol(i, weights)
		tiles.images = append(tiles.images, mat.NewDense(rows, cols, weights))
	}
	tiles.colors = weightColors(shown)
	f := newFigure("Weights of units", "", "")
	f.HideAxes()
	f.Add(tiles, colorBar{colors: tiles.colors, label: "Weight"})
	return f, nil
}

const maxUnits = 100

// weightColors returns colors for all entries of w.
func weightColors(w *mat.Dense) palette.ColorMap {
	limit := max(mat.Max(w), -mat.Min(w))
	if limit == 0 {
		limit = 1
	}
	return signedColors(limit)
}

// weightImage draws weights that fill the axes.
type weightImage struct {
	w      *mat.Dense
	colors palette.ColorMap
}

func (m weightImage) Plot(c draw.Canvas, _ *plot.Plot) { drawPixels(c, m.w, m.colors) }

// drawPixels fills the canvas with the entries of m, row 0 at the top.
func drawPixels(c draw.Canvas, m *mat.Dense, colors palette.ColorMap) {
	rows, cols := m.Dims()
	// Backends blur small images when they enlarge them, so each entry gets as
	// many pixels as a point has, or some more.
	const perPoint = 2
	size := c.Size()
	tall := max(1, int(math.Ceil(perPoint*size.Y.Points()/float64(rows))))
	wide := max(1, int(math.Ceil(perPoint*size.X.Points()/float64(cols))))
	img := image.NewRGBA(image.Rect(0, 0, wide*cols, tall*rows))
	for i := range rows {
		for j := range cols {
			cell := image.Rect(j*wide, i*tall, (j+1)*wide, (i+1)*tall)
			stddraw.Draw(img, cell, image.NewUniform(at(colors, m.At(i, j))), image.Point{}, stddraw.Src)
		}
	}
	c.DrawImage(c.Rectangle, img)
}

// unitTiles draws images of units side by side, each under its number.
type unitTiles struct {
	rows, cols int // of each image
	units      []int
	images     []*mat.Dense
	colors     palette.ColorMap
}

func (t unitTiles) Plot(c draw.Canvas, p *plot.Plot) {
	style := p.X.Tick.Label
	style.XAlign, style.YAlign = text.XCenter, text.YBottom
	const gap = 6
	label := style.Height("0") + 2
	down, across, side := t.layout(c.Size(), gap, label)
	width, height := side*vg.Length(t.cols), side*vg.Length(t.rows)
	left := c.Center().X - (vg.Length(across)*(width+gap)-gap)/2
	top := c.Center().Y + vg.Length(down)*(height+label+gap)/2
	for i, img := range t.images {
		tile := c
		tile.Min.X = left + vg.Length(i%across)*(width+gap)
		tile.Max.X = tile.Min.X + width
		tile.Max.Y = top - vg.Length(i/across)*(height+label+gap) - label
		tile.Min.Y = tile.Max.Y - height
		drawPixels(tile, img, t.colors)
		c.FillText(style, vg.Point{X: tile.Center().X, Y: tile.Max.Y + 1}, strconv.Itoa(t.units[i]))
	}
}

// layout returns the number of lines and columns of tiles that makes the pixels
// of the images largest.
func (t unitTiles) layout(size vg.Point, gap, label vg.Length) (down, across int, side vg.Length) {
	n := len(t.images)
	for a := 1; a <= n; a++ {
		d := (n + a - 1) / a
		s := min(
			(size.X/vg.Length(a)-gap)/vg.Length(t.cols),
			(size.Y/vg.Length(d)-gap-label)/vg.Length(t.rows),
		)
		if a == 1 || s > side {
			down, across, side = d, a, s
		}
	}
	return down, across, side
}

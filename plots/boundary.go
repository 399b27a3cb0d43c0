package plots

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"example.com/mlp/internal/matrix"
)

// DecisionBoundary draws the plane of two features in the colors of the
// predicted classes, stronger where the prediction is more certain, and over it
// the n×2 samples x in the colors of their targets y, n×1 of 0 and 1 or n×k
// one-hot. The legend shows the names of the classes; without names the classes
// are called 0, 1, 2 and so on.
//
// predict is BinaryClassifier.Probabilities, Network.Predict or the like: for
// m×2 samples it returns an m×1 matrix of probabilities of class 1, or labels,
// or an m×k matrix of probabilities of the classes. It is called once. A
// network with more features needs a function that adds the other features to
// each row.
func DecisionBoundary(predict func(x mat.Matrix) (*mat.Dense, error), x, y mat.Matrix, names ...string) (*Figure, error) {
	const op = "DecisionBoundary"
	if predict == nil {
		return nil, fmt.Errorf("plots: %s: predict is nil", op)
	}
	xd, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	yd, err := toDense(op, "y", y)
	if err != nil {
		return nil, err
	}
	rows, cols := xd.Dims()
	if cols != 2 {
		return nil, fmt.Errorf("plots: %s: x has %d columns, want 2", op, cols)
	}
	yrows, ycols := yd.Dims()
	if yrows != rows {
		return nil, fmt.Errorf("plots: %s: y has %d rows, x has %d", op, yrows, rows)
	}
	classes := max(2, ycols)
	if names, err = labels(op, "classes", classes, names); err != nil {
		return nil, err
	}
	points, of := make(plotter.XYs, rows), make([]int, rows) // and their classes
	for i := range rows {
		class, err := matrix.ClassOf(yd.RawRowView(i))
		if err != nil {
			return nil, fmt.Errorf("plots: %s: y row %d %w", op, i, err)
		}
		points[i], of[i] = plotter.XY{X: xd.At(i, 0), Y: xd.At(i, 1)}, class
	}

	f := newFigure("Decision boundary", "Feature 0", "Feature 1")
	f.X.Min, f.X.Max = margins(mat.Col(nil, 0, xd))
	f.Y.Min, f.Y.Max = margins(mat.Col(nil, 1, xd))
	plane, err := f.plane(op, predict, ycols)
	if err != nil {
		return nil, err
	}
	f.Add(plotter.NewImage(plane, f.X.Min, f.Y.Min, f.X.Max, f.Y.Max))
	f.outline()
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return nil, err
	}
	dots.GlyphStyleFunc = func(i int) draw.GlyphStyle { return dotStyle(of[i], rows) }
	f.Add(dots)
	for class, name := range names {
		if slices.Contains(of, class) {
			f.Legend.Add(shortened(name), dotThumbnail(class))
		}
	}
	return f, nil
}

// margins returns the ends of an axis with some room around the values.
func margins(values []float64) (lo, hi float64) {
	lo, hi = slices.Min(values), slices.Max(values)
	room := 0.05 * cmp.Or(hi-lo, math.Abs(hi), 20)
	return lo - room, hi + room
}

// plane returns the predictions between the ends of the axes as an image.
func (f *Figure) plane(op string, predict func(x mat.Matrix) (*mat.Dense, error), outputs int) (image.Image, error) {
	const width, height = 240, 180
	grid := mat.NewDense(width*height, 2, nil)
	for i := range height { // from the top
		for j := range width {
			grid.SetRow(i*width+j, []float64{
				f.X.Min + (f.X.Max-f.X.Min)*(float64(j)+0.5)/width,
				f.Y.Max - (f.Y.Max-f.Y.Min)*(float64(i)+0.5)/height,
			})
		}
	}
	out, err := predict(grid)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	p, err := toDense(op, "the prediction", out)
	if err != nil {
		return nil, err
	}
	if rows, cols := p.Dims(); rows != width*height || cols != outputs {
		return nil, fmt.Errorf("plots: %s: the prediction for %d rows is %d×%d, y has %d columns", op, width*height, rows, cols, outputs)
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		for j, v := range p.RawRowView(i) {
			if v < 0 || v > 1 {
				return nil, fmt.Errorf("plots: %s: the prediction[%d,%d] is %g, want a probability", op, i, j, v)
			}
		}
		img.SetRGBA(i%width, i/width, areaColor(p.RawRowView(i)))
	}
	return img, nil
}

// areaColor returns the color of a prediction. There are only a few shades, so
// that the levels are visible.
func areaColor(p []float64) color.RGBA {
	class := floats.MaxIdx(p)
	top := p[class]
	classes := float64(len(p))
	if len(p) == 1 {
		classes = 2
		if top >= 0.5 {
			class = 1
		} else {
			top = 1 - top
		}
	}
	sure := max(0, (top-1/classes)/(1-1/classes)) // 0 for a guess
	const shades = 5
	return tint(seriesColor(class), 0.1+0.4*math.Floor(min(sure*shades, shades-1))/(shades-1))
}

package plots

import (
	"math"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// lineFigure returns a figure with a curve for each of the functions, from 0 to
// 1.
func lineFigure(t *testing.T, curves ...func(x float64) float64) *Figure {
	t.Helper()
	f := newFigure("", "x", "y")
	f.grid()
	for i, y := range curves {
		var xys plotter.XYs
		for k := range 101 {
			x := float64(k) / 100
			xys = append(xys, plotter.XY{X: x, Y: y(x)})
		}
		if err := f.curve("a curve", i, xys); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// legendAt returns the place of the legend, as shares of the canvas.
func legendAt(t *testing.T, f *Figure) (x, y float64) {
	t.Helper()
	var rec recorder.Canvas
	f.Draw(draw.NewCanvas(&rec, f.Width, f.Height))
	for _, a := range rec.Actions {
		if s, ok := a.(*recorder.FillString); ok && s.String == "a curve" {
			return float64(s.Point.X / f.Width), float64(s.Point.Y / f.Height)
		}
	}
	t.Fatal("no legend")
	return 0, 0
}

func TestLegendIsInTheEmptiestCorner(t *testing.T) {
	for name, c := range map[string]struct {
		y           func(x float64) float64
		right, high bool
	}{
		"falling": {func(x float64) float64 { return math.Exp(-9 * x) }, true, true},
		"rising":  {func(x float64) float64 { return math.Exp(9*x - 9) }, false, true},
		"score":   {func(x float64) float64 { return 1 - math.Exp(-50*x) }, true, false},
		"late":    {func(x float64) float64 { return -math.Exp(50*x - 50) }, false, false},
	} {
		f := lineFigure(t, c.y)
		x, y := legendAt(t, f)
		if (x > 0.6) != c.right || (y > 0.6) != c.high || !c.right && x > 0.3 || !c.high && y > 0.3 {
			t.Errorf("%s: the legend is at %.2f, %.2f", name, x, y)
		}
	}
}

// With curves in all corners the legend is between them, and to the right if
// there is no room.
func TestLegendAvoidsCurves(t *testing.T) {
	up, down := func(x float64) float64 { return x }, func(x float64) float64 { return 1 - x }
	if x, y := legendAt(t, lineFigure(t, up, down)); x < 0.4 || x > 0.6 || y < 0.6 {
		t.Errorf("between the corners: the legend is at %.2f, %.2f", x, y)
	}
	everywhere := func(x float64) float64 { return math.Sin(200 * x) }
	f := lineFigure(t, everywhere)
	x, y := legendAt(t, f)
	if x < 0.8 || y < 0.8 {
		t.Errorf("no room: the legend is at %.2f, %.2f", x, y)
	}
	// The caller can move the legend.
	f.Legend.XOffs = -100
	if moved, _ := legendAt(t, f); math.Abs(moved-x+100/f.Width.Points()) > 1e-9 {
		t.Errorf("moved by XOffs from %.2f to %.2f", x, moved)
	}
}

// A long legend gets a smaller font and stays on the canvas.
func TestLongLegend(t *testing.T) {
	var curves []func(x float64) float64
	for i := range 60 {
		curves = append(curves, func(x float64) float64 { return float64(i) * x })
	}
	f := lineFigure(t, curves...)
	var rec recorder.Canvas
	f.Draw(draw.NewCanvas(&rec, f.Width, f.Height))
	lines := 0
	for _, a := range rec.Actions {
		if s, ok := a.(*recorder.FillString); ok && s.String == "a curve" {
			lines++
			style := f.Legend.TextStyle
			style.Font = s.Font
			if s.Point.Y < 0 || s.Point.X+style.Width(s.String) > f.Width {
				t.Errorf("line %d is at %v", lines, s.Point)
			}
		}
	}
	if lines != 60 {
		t.Errorf("%d lines, want 60", lines)
	}
}

// A meaningful diagonal has 45 degrees, whatever the size.
func TestSquareAxes(t *testing.T) {
	f := newSquareFigure("Title", "a rather long label", "y")
	f.unitSquare()
	f.grid()
	if err := f.reference("chance", diagonal(0, 1)); err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]vg.Length{{f.Width, f.Height}, {300, 600}, {600, 300}} {
		var rec recorder.Canvas
		c := draw.NewCanvas(&rec, size[0], size[1])
		data := f.DataCanvas(f.area(f.Plot, c))
		if s := data.Size(); math.Abs(float64(s.X-s.Y)) > 1 || s.X < 150 {
			t.Errorf("%v: the axes are %v", size, s)
		}
	}
}

// The frame has the same distance from the data on all sides, and is on the
// canvas.
func TestFrame(t *testing.T) {
	f := lineFigure(t, func(x float64) float64 { return x })
	var rec recorder.Canvas
	c := draw.NewCanvas(&rec, f.Width, f.Height)
	data := f.DataCanvas(c)
	r := framed(data.Rectangle, f.Plot)
	for _, gap := range []vg.Length{data.Min.X - r.Min.X, data.Min.Y - r.Min.Y, r.Max.X - data.Max.X, r.Max.Y - data.Max.Y} {
		if math.Abs(float64(gap-framePadding)) > 1e-9 {
			t.Errorf("a gap of %v, want %d", gap, framePadding)
		}
	}
	if r.Min.X < 0 || r.Min.Y < 0 || r.Max.X > f.Width || r.Max.Y > f.Height {
		t.Errorf("the frame is %v on %v×%v", r, f.Width, f.Height)
	}
}

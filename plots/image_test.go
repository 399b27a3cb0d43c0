package plots_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
)

func red(c color.NRGBA) bool  { return int(c.R) > int(c.B)+60 }
func blue(c color.NRGBA) bool { return int(c.B) > int(c.R)+60 }

// axes is roughly the area of the axes of all images; colorBarAt is left of
// their color bars.
var (
	axes       = image.Rect(50, 40, 505, 440)
	colorBarAt = 510
)

// Row 0 of a matrix is at the top, column 0 at the left.
func TestOrientation(t *testing.T) {
	w := mat.NewDense(4, 4, nil)
	w.Set(0, 0, 1)
	w.Set(3, 2, -1)
	weights, err := plots.Weights(w)
	if err != nil {
		t.Fatal(err)
	}
	unit := mat.NewDense(16, 2, nil)
	unit.Set(0, 1, 1)
	unit.Set(3*4+2, 1, -1)
	units, err := plots.Units(unit, 4, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*plots.Figure{"Weights": weights, "Units": units} {
		img := picture(t, f)
		first, n := center(img, colorBarAt, red)
		last, m := center(img, colorBarAt, blue)
		if n < 1000 || m < 1000 {
			t.Errorf("%s: %d red pixels and %d blue ones", name, n, m)
		}
		if first.X >= last.X || first.Y >= last.Y {
			t.Errorf("%s: the first weight is at %v, a later one at %v", name, first, last)
		}
	}
}

// Rows of a confusion matrix are the true classes, the first at the top.
func TestConfusionOrientation(t *testing.T) {
	c, err := mlp.ConfusionOf([]int{0, 0, 0}, []int{2, 2, 2}, "a", "b", "c")
	if err != nil {
		t.Fatal(err)
	}
	f, err := plots.Confusion(c)
	if err != nil {
		t.Fatal(err)
	}
	at, n := center(picture(t, f), colorBarAt, blue)
	if want := image.Pt(axes.Max.X-axes.Dx()/6, axes.Min.Y+axes.Dy()/6); n < 1000 || !near(at, want) {
		t.Errorf("%d blue pixels around %v, want them around %v", n, at, want)
	}
}

// Counts whose sum overflows an int are drawn as well.
func TestConfusionOfHugeCounts(t *testing.T) {
	f, err := plots.Confusion(&mlp.Confusion{Counts: [][]int{{math.MaxInt, math.MaxInt, 3}, {0, 0, 0}, {0, 0, 1}}, Names: []string{"a", "b", "c"}})
	if err != nil {
		t.Fatal(err)
	}
	saved(t, f, ".png")
}

// The area of class 1, in the second color, is the right half, with the y axis
// upwards, so that class 2 is below class 0.
func TestDecisionBoundaryOrientation(t *testing.T) {
	y, _ := bySign(corners)
	f, err := plots.DecisionBoundary(bySign, corners, y)
	if err != nil {
		t.Fatal(err)
	}
	img := picture(t, f)
	middle := image.Pt((axes.Min.X+axes.Max.X)/2, 190)
	for class, c := range []struct {
		is    func(c color.NRGBA) bool
		right bool
		below bool
	}{
		{is: func(c color.NRGBA) bool { return int(c.B) > int(c.R)+60 && c.B > c.G }},
		{is: red, right: true},
		{is: func(c color.NRGBA) bool { return int(c.G) > int(c.R)+60 && c.G > c.B }, below: true},
	} {
		at, n := center(img, colorBarAt, c.is)
		if n < 10000 || (at.X > middle.X) != c.right || class != 1 && (at.Y > middle.Y) != c.below {
			t.Errorf("class %d has %d pixels around %v", class, n, at)
		}
	}
}

// A single column is the probability of class 1; labels work as well.
func TestDecisionBoundaryBinary(t *testing.T) {
	right := func(x mat.Matrix) (*mat.Dense, error) {
		rows, _ := x.Dims()
		p := mat.NewDense(rows, 1, nil)
		for i := range rows {
			if x.At(i, 0) > 0 {
				p.Set(i, 0, 1)
			}
		}
		return p, nil
	}
	f, err := plots.DecisionBoundary(right, corners, mat.NewDense(4, 1, []float64{0, 1, 1, 0}), "left", "right")
	if err != nil {
		t.Fatal(err)
	}
	img := picture(t, f)
	zero, n := center(img, colorBarAt, blue)
	one, m := center(img, colorBarAt, red)
	if n < 10000 || m < 10000 || zero.X >= one.X {
		t.Errorf("%d pixels of class 0 around %v, %d of class 1 around %v", n, zero, m, one)
	}
}

// Pixels keep their colors in the palette of a PNG file.
func TestPNGColors(t *testing.T) {
	w := mat.NewDense(40, 40, nil)
	for i := range 40 {
		for j := range 40 {
			w.Set(i, j, float64(40*i+j)/800-1)
		}
	}
	f, err := plots.Weights(w)
	if err != nil {
		t.Fatal(err)
	}
	img := picture(t, f)
	seen := make(map[color.NRGBA]bool)
	for x := axes.Min.X + 20; x < axes.Max.X; x++ {
		for y := axes.Min.Y + 20; y < 330; y++ {
			seen[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)] = true
		}
	}
	if len(seen) < 60 {
		t.Errorf("1600 different weights have %d colors", len(seen))
	}
}

func near(a, b image.Point) bool {
	d := a.Sub(b)
	return max(d.X, -d.X, d.Y, -d.Y) < 15
}

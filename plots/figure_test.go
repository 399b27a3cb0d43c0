package plots_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"example.com/mlp"
	"example.com/mlp/plots"
)

// All figures can be saved in all formats. PNG files are small, have 192 pixels
// per inch and, like SVG files, are the same each time.
func TestSaveFile(t *testing.T) {
	again := figures(t)
	for name, f := range figures(t) {
		if b := saved(t, f, ".PDF"); !bytes.HasPrefix(b, []byte("%PDF")) {
			t.Errorf("%s.PDF begins with %q", name, b[:min(8, len(b))])
		}
		svg := saved(t, f, ".svg")
		if !bytes.HasPrefix(svg, []byte("<?xml")) || !bytes.Equal(svg, saved(t, again[name], ".svg")) {
			t.Errorf("%s.svg begins with %q, or differs the second time", name, svg[:min(8, len(svg))])
		}
		b := saved(t, f, ".png")
		if !bytes.Equal(b, saved(t, again[name], ".png")) {
			t.Errorf("%s.png differs the second time", name)
		}
		if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || math.Abs(float64(c.Width)-192*f.Width.Points()/72) > 1 || len(b) > 60<<10 {
			t.Errorf("%s.png has %d bytes and is %d pixels wide (%v)", name, len(b), c.Width, err)
		}
	}
}

func TestSaveFileErrors(t *testing.T) {
	f, err := plots.Loss(history(2))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, want := range map[string]string{
		"loss.bmp":       "bmp",
		"loss":           "unsupported",
		"nowhere/a.png":  "nowhere",
		"nowhere/.a.svg": "nowhere",
	} {
		err := f.SaveFile(filepath.Join(dir, name))
		if err == nil || !strings.HasPrefix(err.Error(), "plots: Figure.SaveFile: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	zero := history(2)
	zero.Epochs[1].Train.Loss = 0
	log, err := plots.Loss(zero)
	if err != nil {
		t.Fatal(err)
	}
	log.Y.Scale = plot.LogScale{}
	for _, c := range []struct {
		want   string
		figure *plots.Figure
	}{
		{"the figure is zero", &plots.Figure{Width: 100, Height: 100}},
		{"the figure is 450×0 points, want more than 0 and at most 14400", &plots.Figure{Plot: f.Plot, Width: 450}},
		{"the figure is +Inf×1 points, want more than 0 and at most 14400", &plots.Figure{Plot: f.Plot, Width: vg.Length(math.Inf(1)), Height: 1}},
		{"DPI is -1, want at least 1 (or 0 for the default)", &plots.Figure{Plot: f.Plot, Width: 1, Height: 1, DPI: -1}},
		{"the figure has 1.47e+09 pixels with 192 DPI, want at most 268435456", &plots.Figure{Plot: f.Plot, Width: 14400, Height: 14400}},
		{`the axis "Loss" has a log scale and begins at 0, want more than 0`, log},
	} {
		name := filepath.Join(dir, "figure.png")
		if err := c.figure.SaveFile(name); err == nil || err.Error() != "plots: Figure.SaveFile: "+name+": "+c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
		if _, err := c.figure.WriteTo(io.Discard); err == nil || err.Error() != "plots: Figure.WriteTo: "+c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// WriteTo writes the same as SaveFile, in the format of the figure.
func TestWriteTo(t *testing.T) {
	for format, ext := range map[string]string{"": ".png", "png": ".png", "SVG": ".svg", "jpg": ".jpg", "tiff": ".tiff", "eps": ".eps"} {
		f, err := plots.Loss(history(3))
		if err != nil {
			t.Fatal(err)
		}
		f.Format = format
		var b bytes.Buffer
		var w io.WriterTo = f
		n, err := w.WriteTo(&b)
		if err != nil || n != int64(b.Len()) {
			t.Errorf("%q: %d bytes of %d, %v", format, n, b.Len(), err)
		}
		if want := saved(t, f, ext); ext != ".eps" && !bytes.Equal(b.Bytes(), want) { // which contains the time
			t.Errorf("%q: %d bytes, want the %d of a file", format, b.Len(), len(want))
		}
	}
	f, err := plots.Loss(history(3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteTo(nil); err == nil || err.Error() != "plots: Figure.WriteTo: the writer is nil" {
		t.Error(err)
	}
	full := errors.New("disk full")
	if _, err := f.WriteTo(failing{full}); !errors.Is(err, full) {
		t.Error(err)
	}
	f.Format = "bmp"
	if _, err := f.WriteTo(io.Discard); err == nil || !strings.HasPrefix(err.Error(), "plots: Figure.WriteTo: ") {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// An inch has DPI pixels, and the file says so.
func TestDPI(t *testing.T) {
	f, err := plots.Loss(history(3))
	if err != nil {
		t.Fatal(err)
	}
	f.Width, f.Height = 3*vg.Inch, 2*vg.Inch
	for dpi, perMeter := range map[int]uint32{0: 7559, 96: 3780, 300: 11811} {
		f.DPI = dpi
		b := saved(t, f, ".png")
		c, err := png.DecodeConfig(bytes.NewReader(b))
		if want := cmp.Or(dpi, 192); err != nil || c.Width != 3*want || c.Height != 2*want {
			t.Errorf("DPI %d: %d×%d pixels, %v", dpi, c.Width, c.Height, err)
		}
		_, chunk, _ := bytes.Cut(b, []byte("pHYs"))
		if x := binary.BigEndian.Uint32(chunk); x != perMeter || binary.BigEndian.Uint32(chunk[4:]) != x || chunk[8] != 1 {
			t.Errorf("DPI %d: %d pixels a meter, want %d", dpi, x, perMeter)
		}
	}
}

// Draw does not change the figure.
func TestDraw(t *testing.T) {
	for name, f := range figures(t) {
		before := saved(t, f, ".svg")
		label, entries := f.X.Label.Text, f.Legend.Rectangle(draw.Canvas{})
		f.Draw(draw.New(vgsvg.New(300, 200)))
		if !bytes.Equal(saved(t, f, ".svg"), before) || f.X.Label.Text != label || f.Legend.Rectangle(draw.Canvas{}) != entries {
			t.Errorf("%s: changed by Draw", name)
		}
	}
}

// Figures that are too small are drawn without an error.
func TestSmallFigures(t *testing.T) {
	for name, f := range figures(t) {
		for _, size := range []vg.Length{0.5, 5, 13, 50} {
			f.Width, f.Height = size, size
			if _, err := f.WriteTo(io.Discard); err != nil {
				t.Errorf("%s of %v: %v", name, size, err)
			}
		}
	}
}

func TestConcurrentFigures(t *testing.T) {
	var wg sync.WaitGroup
	dir := t.TempDir()
	for _, name := range []string{"a.png", "b.svg", "c.pdf", "d.png"} {
		wg.Go(func() {
			f, err := plots.Loss(history(5))
			if err == nil {
				err = f.SaveFile(filepath.Join(dir, name))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// The log scale that the doc comment of Loss suggests.
func TestLogScale(t *testing.T) {
	f, err := plots.Loss(history(300))
	if err != nil {
		t.Fatal(err)
	}
	linear := saved(t, f, ".png")
	f.Y.Scale, f.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	if bytes.Equal(saved(t, f, ".png"), linear) {
		t.Error("the figure stays the same")
	}
}

// A figure shows its arguments as they were, even if they change before it is
// saved, and the memory behind variadic arguments is not written.
func TestArgumentsAreNeitherKeptNorWritten(t *testing.T) {
	w := mat.NewDense(4, 2, []float64{1, 0, 0, 2, -1, 1, 0, 0})
	units := []int{1, 0}
	c := &mlp.Confusion{Counts: [][]int{{3, 1}, {0, 2}}, Names: []string{"a", "b"}}
	draw := func() map[string]*plots.Figure {
		all := make(map[string]*plots.Figure)
		add := func(name string, f *plots.Figure, err error) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all[name] = f
		}
		f, err := plots.Weights(w)
		add("Weights", f, err)
		f, err = plots.Units(w, 2, 2, units...)
		add("Units", f, err)
		f, err = plots.Units(w, 2, 2, units[:0]...)
		add("all Units", f, err)
		f, err = plots.Confusion(c)
		add("Confusion", f, err)
		y := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 1, 0, 0, 1})
		f, err = plots.ROC(y, y, c.Names[:0]...)
		add("ROC", f, err)
		return all
	}
	before, after := draw(), draw()
	want := make(map[string][]byte)
	for name, f := range before {
		want[name] = saved(t, f, ".svg")
	}
	if units[0] != 1 || c.Names[0] != "a" {
		t.Errorf("units %v, names %q", units, c.Names)
	}
	w.Scale(3, w)
	units[0], c.Counts[0][0], c.Names[0] = 0, 30, "z"
	for name, f := range after {
		if !bytes.Equal(saved(t, f, ".svg"), want[name]) {
			t.Errorf("%s: changed with its arguments", name)
		}
	}
}

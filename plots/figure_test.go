package plots_test

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"example.com/mlp"
	"example.com/mlp/plots"
)

// All figures can be saved in all formats. PNG files are for READMEs: small, 600
// pixels wide and, as SVG files, the same each time.
func TestSave(t *testing.T) {
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
		if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != 600 || len(b) > 20<<10 {
			t.Errorf("%s.png has %d bytes and is %d pixels wide (%v)", name, len(b), c.Width, err)
		}
	}
}

func TestSaveErrors(t *testing.T) {
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
		err := f.Save(filepath.Join(dir, name))
		if err == nil || !strings.HasPrefix(err.Error(), "plots: Save: ") || !strings.Contains(err.Error(), want) {
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
		{`the axis "Loss" has a log scale and begins at 0, want more than 0`, log},
	} {
		name := filepath.Join(dir, "figure.png")
		if err := c.figure.Save(name); err == nil || err.Error() != "plots: Save: "+name+": "+c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

func TestConcurrentFigures(t *testing.T) {
	var wg sync.WaitGroup
	dir := t.TempDir()
	for _, name := range []string{"a.png", "b.svg", "c.pdf", "d.png"} {
		wg.Go(func() {
			f, err := plots.Loss(history(5))
			if err == nil {
				err = f.Save(filepath.Join(dir, name))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// The log scale that the comment of Loss proposes.
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
// saved, and what lies behind those of variable number is not written.
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

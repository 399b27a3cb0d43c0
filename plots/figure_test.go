package plots_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/plot"

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
	f.Height = 0
	if err := f.Save(filepath.Join(dir, "flat.png")); err == nil || !strings.Contains(err.Error(), "450×0 points") {
		t.Errorf("without height: %v", err)
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

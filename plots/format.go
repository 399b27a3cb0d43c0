package plots

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// encode returns the contents of a file in a format such as "png".
func (f *Figure) encode(format string) ([]byte, error) {
	format = strings.ToLower(format)
	if err := f.check(); err != nil {
		return nil, err
	}
	page, err := f.page(format)
	if err != nil {
		return nil, err
	}
	var canvas vg.Canvas = page
	if format == "pdf" {
		canvas = pdfPage{page}
	}
	c := draw.NewCanvas(canvas, f.Width, f.Height)
	if f.BackgroundColor != nil {
		c.SetColor(f.BackgroundColor)
		c.Fill(c.Rectangle.Path())
	}
	const margin = 6
	f.Draw(draw.Crop(c, margin, -margin, margin, -margin))

	var b bytes.Buffer
	if drawing, ok := page.(vgimg.PngCanvas); ok {
		err = writePNG(&b, drawing.Image().(*image.RGBA), f.dpi())
	} else {
		_, err = page.WriteTo(&b)
	}
	if err != nil {
		return nil, err
	}
	if format == "svg" {
		return portable(b.Bytes()), nil
	}
	return b.Bytes(), nil
}

// page returns an empty page for a format.
func (f *Figure) page(format string) (vg.CanvasWriterTo, error) {
	pixels := func() *vgimg.Canvas {
		return vgimg.NewWith(vgimg.UseWH(f.Width, f.Height), vgimg.UseDPI(f.dpi()))
	}
	switch format {
	case "png":
		return vgimg.PngCanvas{Canvas: pixels()}, nil
	case "jpg", "jpeg":
		return vgimg.JpegCanvas{Canvas: pixels()}, nil
	case "tif", "tiff":
		return vgimg.TiffCanvas{Canvas: pixels()}, nil
	}
	return draw.NewFormattedCanvas(f.Width, f.Height, format)
}

func (f *Figure) dpi() int { return cmp.Or(f.DPI, 192) }

// check returns an error for a figure that cannot be drawn.
func (f *Figure) check() error {
	if f.Plot == nil {
		return errors.New("the figure is zero")
	}
	const most = 14400 // points, 200 inches, the largest page of a PDF file
	if !(f.Width > 0 && f.Height > 0 && f.Width <= most && f.Height <= most) {
		return fmt.Errorf("the figure is %g×%g points, want more than 0 and at most %d", f.Width.Points(), f.Height.Points(), most)
	}
	if f.DPI < 0 {
		return fmt.Errorf("DPI is %d, want at least 1 (or 0 for the default)", f.DPI)
	}
	const mostPixels = 1 << 28 // a gigabyte
	if pixels := f.Width.Dots(float64(f.dpi())) * f.Height.Dots(float64(f.dpi())); pixels > mostPixels {
		return fmt.Errorf("the figure has %.3g pixels with %d DPI, want at most %d", pixels, f.dpi(), mostPixels)
	}
	for _, axis := range []plot.Axis{f.X, f.Y} {
		if _, ok := axis.Scale.(plot.LogScale); ok && axis.Min <= 0 {
			return fmt.Errorf("the axis %q has a log scale and begins at %g, want more than 0", axis.Label.Text, axis.Min)
		}
	}
	return nil
}

// A pdfPage corrects two faults of vgpdf in gonum's plot 0.17: it draws images
// upside down, and interprets the bytes of UTF-8 as letters of Windows-1252.
type pdfPage struct{ vg.Canvas }

func (p pdfPage) DrawImage(rect vg.Rectangle, img image.Image) {
	b := img.Bounds()
	flipped := image.NewRGBA(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			flipped.Set(b.Min.X+x, b.Max.Y-1-y, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	p.Canvas.DrawImage(rect, flipped)
}

func (p pdfPage) FillString(f font.Face, at vg.Point, s string) {
	var letters []byte
	for _, r := range s {
		if r > 0xFF {
			r = '?'
		}
		letters = append(letters, byte(r)) // the same as in Windows-1252, except for control characters
	}
	p.Canvas.FillString(f, at, string(letters))
}

// portable corrects an image of vgsvg: it is a PNG, not a JPEG, and fills its
// rectangle. If the font is missing, viewers should use one of the same widths.
func portable(svg []byte) []byte {
	for _, c := range [][2]string{
		{"data:image/jpg;", "data:image/png;"},
		{"<image ", `<image preserveAspectRatio="none" `},
		{"font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;"},
	} {
		svg = bytes.ReplaceAll(svg, []byte(c[0]), []byte(c[1]))
	}
	return svg
}

package plots

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"iter"
	"math"
	"slices"
)

// writePNG writes a drawing of this many pixels per inch with a palette, which
// takes less than half the bytes of full color.
func writePNG(w io.Writer, img *image.RGBA, dpi int) error {
	counts := make(map[color.RGBA]int)
	bounds := img.Bounds()
	for c, pixels := range runs(img) {
		counts[c] += pixels
	}
	colors := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colors = append(colors, c)
	}
	slices.SortFunc(colors, func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B), cmp.Compare(a.A, b.A))
	})
	chosen := choose(colors)
	index := make(map[color.RGBA]uint8, len(colors))
	for _, c := range colors {
		index[c] = uint8(chosen.Index(c))
	}
	out := image.NewPaletted(bounds, chosen)
	written := 0
	for c, pixels := range runs(img) {
		i := index[c]
		for range pixels {
			out.Pix[written] = i
			written++
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, out); err != nil {
		return err
	}
	const header = 8 + 25 // the signature and the chunk IHDR
	b := file.Bytes()
	_, err := w.Write(slices.Concat(b[:header], physicalSize(dpi), b[header:]))
	return err
}

// runs returns the colors of an image line by line, each with the number of
// pixels in a row that have it.
func runs(img *image.RGBA) iter.Seq2[color.RGBA, int] {
	return func(yield func(c color.RGBA, pixels int) bool) {
		bounds := img.Bounds()
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; {
				c, from := img.RGBAAt(x, y), x
				for x < bounds.Max.X && img.RGBAAt(x, y) == c {
					x++
				}
				if !yield(c, x-from) {
					return
				}
			}
		}
	}
}

// physicalSize returns the chunk pHYs of a PNG file, which package image/png
// does not write: the number of pixels per meter in both directions.
func physicalSize(dpi int) []byte {
	const inch = 0.0254 // meters
	perMeter := uint32(math.Round(float64(dpi) / inch))
	chunk := binary.BigEndian.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, perMeter)
	chunk = binary.BigEndian.AppendUint32(chunk, perMeter)
	chunk = append(chunk, 1) // the unit
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
}

// choose returns at most 256 of the colors such that all others are near one of
// them: within the smallest distance for which 256 suffice.
func choose(colors []color.RGBA) color.Palette {
	const most = 256
	for distance := 0; ; distance++ {
		var chosen []color.RGBA
		for _, c := range colors {
			if slices.ContainsFunc(chosen, func(d color.RGBA) bool { return apart(c, d) <= distance }) {
				continue
			}
			if chosen = append(chosen, c); len(chosen) > most {
				break
			}
		}
		if len(chosen) <= most {
			p := make(color.Palette, len(chosen))
			for i, c := range chosen {
				p[i] = c
			}
			return p
		}
	}
}

// apart returns the largest difference of any component.
func apart(a, b color.RGBA) int {
	d := func(v, w uint8) int { return max(int(v), int(w)) - min(int(v), int(w)) }
	return max(d(a.R, b.R), d(a.G, b.G), d(a.B, b.B), d(a.A, b.A))
}

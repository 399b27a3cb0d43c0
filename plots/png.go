package plots

import (
	"cmp"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
)

// writePNG writes a drawing with a palette, which takes less than half the
// bytes of full color.
func writePNG(w io.Writer, img *image.RGBA) error {
	counts := make(map[color.RGBA]int)
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[img.RGBAAt(x, y)]++
		}
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
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out.SetColorIndex(x, y, index[img.RGBAAt(x, y)])
		}
	}
	return png.Encode(w, out)
}

// choose returns at most 256 of the colors, so that all others are near one of
// them: no further than the smallest distance with which they suffice.
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

// apart returns the largest difference of a component.
func apart(a, b color.RGBA) int {
	d := func(v, w uint8) int { return max(int(v), int(w)) - min(int(v), int(w)) }
	return max(d(a.R, b.R), d(a.G, b.G), d(a.B, b.B), d(a.A, b.A))
}

package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// okabeIto are the colors of Okabe and Ito (Color Universal Design, 2008), the
// most different ones first.
var okabeIto = []color.RGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermillion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
	{0x00, 0x00, 0x00, 0xFF}, // black
	{0xF0, 0xE4, 0x42, 0xFF}, // yellow
}

var (
	darkGray  = color.Gray{0x60}
	gray      = color.Gray{0x80}
	lightGray = color.Gray{0xE0}
)

// seriesColor returns the color of series i. The colors repeat after eight
// series, which the dashes of thick and thin then distinguish.
func seriesColor(i int) color.RGBA { return okabeIto[i%len(okabeIto)] }

// thick returns the style of the line of series i.
func thick(i int) draw.LineStyle {
	style := draw.LineStyle{Color: seriesColor(i), Width: 1.5}
	if round := i / len(okabeIto); round > 0 {
		style.Dashes = []vg.Length{vg.Length(2 + 4*round), 3}
	}
	return style
}

// thin returns the style of a line that accompanies the line of series i.
func thin(i int) draw.LineStyle {
	style := thick(i)
	style.Color, style.Width = tint(seriesColor(i), 0.6), 0.75
	return style
}

// dashed returns the style of a reference line.
func dashed() draw.LineStyle {
	return draw.LineStyle{Color: darkGray, Width: 1, Dashes: []vg.Length{4, 3}}
}

// tint returns c mixed with white; a strength of 1 is c itself.
func tint(c color.RGBA, strength float64) color.RGBA {
	mix := func(v uint8) uint8 { return uint8(255 - math.Round(strength*float64(255-v))) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xFF}
}

// shareColors maps 0 to white and 1 to dark blue.
func shareColors() palette.ColorMap {
	m, err := moreland.NewLuminance([]color.Color{
		color.RGBA{0x08, 0x30, 0x6B, 0xFF}, color.RGBA{0x00, 0x72, 0xB2, 0xFF},
		color.RGBA{0x9E, 0xCA, 0xE1, 0xFF}, color.White,
	})
	if err != nil {
		panic(err) // the colors are from dark to light
	}
	m.SetMin(0)
	m.SetMax(1)
	return palette.Reverse(m)
}

// countColors maps the logarithms of counts from 1, light blue, to most or at
// least 10, dark blue.
func countColors(most int) palette.ColorMap {
	m, err := moreland.NewLuminance([]color.Color{
		color.RGBA{0x08, 0x30, 0x6B, 0xFF}, color.RGBA{0x00, 0x72, 0xB2, 0xFF}, color.RGBA{0xC6, 0xDB, 0xEF, 0xFF},
	})
	if err != nil {
		panic(err) // the colors are from dark to light
	}
	m.SetMin(0)
	m.SetMax(max(math.Log10(float64(most)), 1))
	return palette.Reverse(m)
}

// signedColors maps −limit to blue, 0 to light gray and limit to red.
func signedColors(limit float64) palette.ColorMap {
	m := moreland.SmoothBlueRed()
	m.SetMin(-limit)
	m.SetMax(limit)
	return m
}

// at returns the color of a value, which must be in the range of the map.
func at(m palette.ColorMap, v float64) color.Color {
	c, err := m.At(v)
	if err != nil {
		panic(err)
	}
	return c
}

package moments

import (
	"math"
	"testing"
)

func TestMeanAndScale(t *testing.T) {
	for _, c := range []struct {
		column      []float64
		mean, scale float64
	}{
		{[]float64{7}, 7, 1},
		{[]float64{0, 0}, 0, 1},
		{[]float64{1, 3}, 2, 1},
		{[]float64{-3, -3, 5, -3}, -1, math.Sqrt(12)},
		{[]float64{0.1, 0.1, 0.1}, 0.1, 1}, // whose mean is rounded
		{[]float64{1e15, 1e15 + 100}, 1e15 + 50, 50},
		{[]float64{1e15, 1e15 + 1}, 1e15 + 0.5, 1}, // up to rounding
		{[]float64{1e308, -1e308}, 0, 1e308},
		{[]float64{0x1p-1070, 3 * 0x1p-1070}, 0x1p-1069, 0x1p-1070},
	} {
		mean, scale := MeanAndScale(append([]float64{}, c.column...))
		if math.Abs(mean-c.mean) > 1e-15*math.Abs(c.mean) || math.Abs(scale-c.scale) > 1e-15*c.scale {
			t.Errorf("%v: %v and %v, want %v and %v", c.column, mean, scale, c.mean, c.scale)
		}
	}
}

func TestMeanAndDeviation(t *testing.T) {
	for _, c := range []struct {
		column          []float64
		mean, deviation float64
	}{
		{[]float64{7}, 7, 0},
		{[]float64{0, 0, 3}, 1, math.Sqrt2},
		{[]float64{1e300, -1e300}, 0, 1e300},
	} {
		mean, deviation := MeanAndDeviation(append([]float64{}, c.column...))
		if math.Abs(mean-c.mean) > 1e-15*math.Abs(c.mean) || math.Abs(deviation-c.deviation) > 1e-15*c.deviation {
			t.Errorf("%v: %v and %v, want %v and %v", c.column, mean, deviation, c.mean, c.deviation)
		}
	}
}

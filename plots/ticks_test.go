package plots

import (
	"math"
	"slices"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		by     ticks
		lo, hi float64
		want   []string
	}{
		{ticks{}, 0, 1, []string{"0", "0.2", "0.4", "0.6", "0.8", "1"}},
		{ticks{}, -1, 1, []string{"-1", "-0.5", "0", "0.5", "1"}},
		{ticks{}, 0.81, 0.92, []string{"0.82", "0.84", "0.86", "0.88", "0.9", "0.92"}},
		{ticks{}, 0.03, 2.5, []string{"0.5", "1", "1.5", "2", "2.5"}},
		{ticks{}, 1e-9, 4e-9, []string{"1e-09", "1.5e-09", "2e-09", "2.5e-09", "3e-09", "3.5e-09", "4e-09"}},
		{ticks{}, 0, 8e6, []string{"0", "1e+06", "2e+06", "3e+06", "4e+06", "5e+06", "6e+06", "7e+06", "8e+06"}},
		{wholeTicks, 1, 3, []string{"1", "2", "3"}},
		{wholeTicks, 1, 100, []string{"20", "40", "60", "80", "100"}},
	} {
		var labels []string
		for _, tick := range c.by.Ticks(c.lo, c.hi) {
			labels = append(labels, tick.Label)
		}
		if !slices.Equal(labels, c.want) {
			t.Errorf("from %g to %g: %q, want %q", c.lo, c.hi, labels, c.want)
		}
	}
}

// A range that cannot be divided must not hang.
func TestTicksOfExtremeRanges(t *testing.T) {
	for _, c := range [][2]float64{{0, 0}, {1e20, 1e20 + 16384}, {0, 5e-324}, {-largest, largest}, {math.Inf(-1), math.Inf(1)}} {
		if n := len(ticks{}.Ticks(c[0], c[1])); n > 9 {
			t.Errorf("from %g to %g: %d ticks", c[0], c[1], n)
		}
	}
}

package plots

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/plot"
)

func labelsOf(marks []plot.Tick) (labels []string) {
	for _, t := range marks {
		if !t.IsMinor() {
			labels = append(labels, t.Label)
		}
	}
	return labels
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		by     plot.Ticker
		lo, hi float64
		want   []string
	}{
		{ticks{}, 0, 1, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{ticks{}, -1, 1, []string{"-1.0", "-0.5", "0.0", "0.5", "1.0"}},
		{ticks{}, 0.81, 0.92, []string{"0.82", "0.84", "0.86", "0.88", "0.90", "0.92"}},
		{ticks{}, 0.03, 2.5, []string{"0.5", "1.0", "1.5", "2.0", "2.5"}},
		{ticks{}, 1e-9, 4e-9, []string{"1e-9", "1.5e-9", "2e-9", "2.5e-9", "3e-9", "3.5e-9", "4e-9"}},
		{ticks{}, 0, 8e6, []string{"0", "1e6", "2e6", "3e6", "4e6", "5e6", "6e6", "7e6", "8e6"}},
		{ticks{}, 0, 4e5, []string{"0", "50000", "100000", "150000", "200000", "250000", "300000", "350000", "400000"}},
		{ticks{}, 1700000000, 1700000049, []string{"1700000000", "1700000010", "1700000020", "1700000030", "1700000040"}},
		{ticks{}, 0.999999, 0.9999995, []string{"0.9999990", "0.9999991", "0.9999992", "0.9999993", "0.9999994", "0.9999995"}},
		{ticks{}, 0.00095, 0.00105, []string{"0.00096", "0.00098", "0.00100", "0.00102", "0.00104"}},
		{wholeTicks, 1, 3, []string{"1", "2", "3"}},
		{wholeTicks, 1, 100, []string{"20", "40", "60", "80", "100"}},
		{logTicks{}, 0.002, 300, []string{"0.01", "0.1", "1", "10", "100"}},
		{logTicks{}, 1e-12, 1e12, []string{"1e-12", "1e-9", "1e-6", "0.001", "1", "1000", "1e6", "1e9", "1e12"}},
		{logTicks{}, 3, 8, []string{"3", "4", "5", "6", "7", "8"}},
		{logTicks{}, 0, 1, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
	} {
		if labels := labelsOf(c.by.Ticks(c.lo, c.hi)); !slices.Equal(labels, c.want) {
			t.Errorf("from %g to %g: %q, want %q", c.lo, c.hi, labels, c.want)
		}
	}
}

// The value of a tick is the number in its label plus the shift.
func TestShiftAxis(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		name   string
		shift  float64
		want   []string
	}{
		{0, 1, "Loss", 0, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{1990, 2020, "Loss", 0, []string{"1990", "1995", "2000", "2005", "2010", "2015", "2020"}},
		{1700000000, 1700000049, "Loss minus 1700000000", 1700000000, []string{"0", "10", "20", "30", "40"}},
		{1700000080, 1700000129, "Loss minus 1700000000", 1700000000, []string{"80", "90", "100", "110", "120"}},
		{-1700000049, -1700000000, "Loss plus 1700000000", -1700000000, []string{"-40", "-30", "-20", "-10", "0"}},
		{0.999999, 0.9999995, "Loss minus 0.999999", 0.999999, []string{"0", "1e-7", "2e-7", "3e-7", "4e-7", "5e-7"}},
		{1e150, 1e150 + 1e141, "Loss minus 1e150", 1e150, []string{"0", "2e140", "4e140", "6e140", "8e140"}},
		{-1e-9, 1e9, "Loss", 0, []string{"0", "2e8", "4e8", "6e8", "8e8", "1e9"}},
	} {
		axis := plot.New().X
		axis.Min, axis.Max, axis.Label.Text, axis.Tick.Marker = c.lo, c.hi, "Loss", ticks{}
		shiftAxis(&axis)
		marks := axis.Tick.Marker.Ticks(c.lo, c.hi)
		if labels := labelsOf(marks); axis.Label.Text != c.name || !slices.Equal(labels, c.want) {
			t.Errorf("from %g to %g: %q %q, want %q %q", c.lo, c.hi, axis.Label.Text, labels, c.name, c.want)
		}
		for _, m := range marks {
			v, err := strconv.ParseFloat(m.Label, 64)
			if err != nil || math.Abs(v+c.shift-m.Value) > 1e-15*math.Abs(m.Value) {
				t.Errorf("from %g to %g: label %s at %v", c.lo, c.hi, m.Label, m.Value)
			}
		}
	}
}

// A range that cannot be divided must not hang.
func TestTicksOfExtremeRanges(t *testing.T) {
	for _, c := range [][2]float64{{0, 0}, {1, 0}, {1e20, 1e20 + 16384}, {0, 5e-324}, {0, 1e-307}, {-largest, largest}, {math.Inf(-1), math.Inf(1)}, {math.NaN(), 1}} {
		for _, by := range []plot.Ticker{ticks{}, wholeTicks, logTicks{}} {
			if n := len(labelsOf(by.Ticks(c[0], c[1]))); n > mostTicks {
				t.Errorf("from %g to %g: %d ticks", c[0], c[1], n)
			}
		}
	}
	if n := len(labelsOf(logTicks{}.Ticks(5e-324, largest))); n < 2 || n > mostTicks+1 {
		t.Errorf("%d ticks of powers", n)
	}
}

package compensated_test

import (
	"math"
	"testing"

	"example.com/mlp/internal/compensated"
)

func TestSum(t *testing.T) {
	for _, c := range []struct {
		name    string
		numbers []float64
		repeat  int
		want    float64
	}{
		{"nothing", nil, 1, 0},
		{"one number", []float64{-3.5}, 1, -3.5},
		{"a large number that goes away", []float64{1, 1e100, 1, -1e100}, 1, 2},
		{"a million tenths", []float64{0.1}, 1e6, 1e5},
		{"too much", []float64{1e308, 1e308, 1}, 1, math.Inf(1)},
		{"what a plain sum does not see", []float64{1, 0x1p-60, 0x1p-60, -1}, 1, 0x1p-59},
	} {
		var s compensated.Sum
		for range c.repeat {
			for _, v := range c.numbers {
				s.Add(v)
			}
		}
		if got := s.Value(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

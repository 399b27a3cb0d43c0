package order

import (
	"math"
	"testing"
)

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		sorted  []float64
		p, want float64
	}{
		{[]float64{7}, 0, 7},
		{[]float64{7}, 1, 7},
		{[]float64{1, 2, 4, 8}, 0, 1},
		{[]float64{1, 2, 4, 8}, 0.5, 3},
		{[]float64{1, 2, 4, 8}, 5. / 6, 6},
		{[]float64{1, 2, 4, 8}, 1, 8},
		{[]float64{0.1, 0.1, 0.1}, 0.3, 0.1}, // not rounded
		{[]float64{-math.MaxFloat64, math.MaxFloat64}, 0.5, 0},
	} {
		if got := Quantile(c.sorted, c.p); math.Abs(got-c.want) > 1e-15*math.Abs(c.want) {
			t.Errorf("quantile %v of %v is %v, want %v", c.p, c.sorted, got, c.want)
		}
	}
}

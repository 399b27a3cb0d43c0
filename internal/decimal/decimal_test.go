package decimal_test

import (
	"math"
	"testing"

	"example.com/mlp/internal/decimal"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0.0000"}, {math.Copysign(0, -1), "0.0000"}, {1, "1.0000"}, {-0.97368421, "-0.9737"}, {999.99994, "999.9999"},
		{1000, "1000"}, {53041.7, "5.304e+04"}, {0.00099, "0.00099"}, {-1.23456e-7, "-1.235e-07"}, {math.Inf(1), "+Inf"}, {math.NaN(), "–"},
	} {
		if got := decimal.Text(c.v); got != c.want {
			t.Errorf("%g: %s, want %s", c.v, got, c.want)
		}
	}
}

func TestScore(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{{-2e-16, "0.0000"}, {0.00004, "0.0000"}, {0.00006, "0.0001"}, {-1e6, "-1e+06"}, {0.5, "0.5000"}, {-41.82, "-41.8200"}, {math.NaN(), "–"}} {
		if got := decimal.Score(c.v); got != c.want {
			t.Errorf("%g: %s, want %s", c.v, got, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0.95: "95 %", 0.07: "7 %", 0.999: "99.9 %"} {
		if got := decimal.Percent(share); got != want {
			t.Errorf("%g: %s, want %s", share, got, want)
		}
	}
}

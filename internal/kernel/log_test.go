package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestLog(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100000 {
		x := math.Ldexp(1+rng.Float64(), rng.IntN(2000)-1000)
		if rng.IntN(2) == 0 {
			x = 1 + (rng.Float64()-0.5)/math.Exp(20*rng.Float64())
		}
		// math.Log has the same bound.
		if got, want := Log(x), math.Log(x); math.Abs(got-want) > 2*ulp(want) {
			t.Fatalf("Log(%v) = %v, want %v", x, got, want)
		}
		x = math.Exp(-40 * rng.Float64())
		if got, want := Log1p(x), math.Log1p(x); math.Abs(got-want) > 4*ulp(want) {
			t.Fatalf("Log1p(%v) = %v, want %v", x, got, want)
		}
	}
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range [][2]float64{{0, -inf}, {1, 0}, {inf, inf}, {-1, nan}, {nan, nan}, {5e-324, -744.4400719213812}} {
		if got := Log(c[0]); got != c[1] && !(math.IsNaN(got) && math.IsNaN(c[1])) {
			t.Errorf("Log(%v) = %v, want %v", c[0], got, c[1])
		}
	}
	for _, c := range [][2]float64{{0, 0}, {5e-324, 5e-324}, {inf, inf}, {nan, nan}} {
		if got := Log1p(c[0]); got != c[1] && !(math.IsNaN(got) && math.IsNaN(c[1])) {
			t.Errorf("Log1p(%v) = %v, want %v", c[0], got, c[1])
		}
	}
}

func ulp(x float64) float64 { return math.Nextafter(math.Abs(x), math.Inf(1)) - math.Abs(x) }

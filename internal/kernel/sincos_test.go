package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSinCosTurns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var x, sin, cos [5000]float64
	for i := range x {
		x[i] = 2*rng.Float64() - 1
		switch rng.IntN(4) {
		case 0:
			x[i] = 0.25 + x[i]/0x1p20 // near a zero of the cosine
		case 1:
			x[i] /= 0x1p20 // near one of the sine
		}
	}
	copy(sin[:], x[:])
	SinCosTurns(sin[:], cos[:], sin[:])
	worst := 0.0
	for i, x := range x {
		wantSin, wantCos := bigCosPi(2*(x-0.25)), bigCosPi(2*x)
		if math.Abs(x) < 1e-3 { // x - 1/4 is rounded
			wantSin = 2 * math.Pi * x * (1 - 2*math.Pi*math.Pi*x*x/3*(1-math.Pi*math.Pi*x*x/5))
		}
		worst = max(worst, math.Abs(sin[i]-wantSin)/ulp(wantSin), math.Abs(cos[i]-wantCos)/ulp(wantCos))
	}
	if worst > 2.5 {
		t.Errorf("an error of %v ulp", worst)
	}
	for _, c := range [][3]float64{
		{0, 0, 1}, {0.25, 1, 0}, {0.5, 0, -1}, {0.75, -1, 0}, {1, 0, 1}, {1.25, 1, 0}, {-0.25, -1, 0}, {-0.5, 0, -1}, {-1.75, 1, 0},
		{1e300, 0, 1}, {-(1<<52 + 1), 0, 1}, {1<<50 + 0.25, 1, 0},
	} {
		x := []float64{c[0]}
		s, c2 := []float64{0}, []float64{0}
		if SinCosTurns(s, c2, x); s[0] != c[1] || c2[0] != c[2] {
			t.Errorf("of %v turns: %v and %v, want %v and %v", c[0], s[0], c2[0], c[1], c[2])
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s, c := []float64{v}, []float64{0}
		if SinCosTurns(s, c, s); !math.IsNaN(s[0]) || !math.IsNaN(c[0]) {
			t.Errorf("of %v turns: %v and %v, want NaN", v, s[0], c[0])
		}
	}
}

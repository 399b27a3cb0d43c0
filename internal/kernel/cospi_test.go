package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigCosPi returns cos(π·x) by its power series, for |x| <= 2.
func bigCosPi(x float64) float64 {
	const precision = 200
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459", 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(v) }
	square := pi.Mul(pi, number(x))
	square.Mul(square, square)
	sum, term := number(1), number(1)
	for k := 1.0; k < 60; k++ {
		term.Mul(term, square)
		term.Quo(term, number(-2*k*(2*k-1)))
		sum.Add(sum, term)
	}
	v, _ := sum.Float64()
	return v
}

func TestCosPi(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	worst := 0.0
	for range 5000 {
		x := 4*rng.Float64() - 2
		switch rng.IntN(4) {
		case 0:
			x = 0.5 + x/0x1p20 // near a zero
		case 1:
			x /= 0x1p20
		}
		want := bigCosPi(x)
		worst = max(worst, math.Abs(CosPi(x)-want)/ulp(want))
	}
	if worst > 2.5 {
		t.Errorf("CosPi has an error of %v ulp", worst)
	}
	for _, c := range [][2]float64{
		{0, 1}, {0.5, 0}, {1, -1}, {1.5, 0}, {2, 1}, {2.5, 0}, {-1, -1}, {-0.5, 0}, {1e300, 1}, {1<<52 + 1, -1}, {5e-324, 1},
	} {
		if got := CosPi(c[0]); got != c[1] {
			t.Errorf("CosPi(%v) = %v, want %v", c[0], got, c[1])
		}
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := CosPi(x); !math.IsNaN(got) {
			t.Errorf("CosPi(%v) = %v, want NaN", x, got)
		}
	}
}

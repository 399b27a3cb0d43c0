package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigPow returns x to the power of sixteenths/16.
func bigPow(x float64, sixteenths int) float64 {
	root := new(big.Float).SetPrec(200).SetFloat64(x)
	for range 4 {
		root.Sqrt(root)
	}
	p := new(big.Float).SetPrec(200).SetInt64(1)
	for range sixteenths {
		p.Mul(p, root)
	}
	v, _ := p.Float64()
	return v
}

func TestPow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		x, sixteenths := math.Exp(2*rng.NormFloat64()), rng.IntN(16*40)
		if rng.IntN(4) == 0 {
			sixteenths = 16 * rng.IntN(40)
		}
		y := float64(sixteenths) / 16
		got, want := Pow(x, y), bigPow(x, sixteenths)
		if bound := 0x1p-52 * (4 + math.Abs(math.Log(want))); !(math.Abs(got-want) <= bound*want) {
			t.Fatalf("Pow(%v, %v) = %v, want %v", x, y, got, want)
		}
	}
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range [][3]float64{
		{0, 0, 1}, {3, 0, 1}, {0, 2, 0}, {0, 0.5, 0}, {1, 0.3, 1}, {1, 1e300, 1},
		{0.1, 1, 0.1}, {0.5, 3, 0.125}, {2, 8, 256}, {0.5, 1e9, 0}, {0.5, inf, 0}, {2, inf, inf}, {2, 1e6, inf},
		{nan, 0.5, nan}, {nan, 3, nan}, {2, nan, nan},
	} {
		if got := Pow(c[0], c[1]); got != c[2] && !(math.IsNaN(got) && math.IsNaN(c[2])) {
			t.Errorf("Pow(%v, %v) = %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

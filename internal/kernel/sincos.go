package kernel

import "math"

// SinCosTurns computes sin[i] = sin(2π·x[i]) and cos[i] = cos(2π·x[i]), with an
// error below 2.5 ulp, and exactly -1, 0 and 1 where these are the values. It
// gives the same results on every architecture.
//
// The argument is reduced to [-1/8, 1/8], without rounding, by the symmetries of
// the two.
func SinCosTurns(sin, cos, x []float64) {
	checkLen("SinCosTurns", "sin", len(sin), "x", len(x))
	checkLen("SinCosTurns", "cos", len(cos), "x", len(x))
	if sinCosTurnsAsm(sin, cos, x) {
		return
	}
	for i, x := range x {
		x -= math.RoundToEven(x)
		quarters := math.RoundToEven(4 * x)
		a := 2 * math.Pi * (x - quarters/4)
		s, c := sinSmall(a), cosSmall(a)
		switch quarters {
		case 1:
			s, c = c, -s
		case -1:
			s, c = -c, s
		case 2, -2:
			s, c = -s, -c
		}
		sin[i], cos[i] = s, c
	}
}

// Package half reads floating-point numbers of 16 bits.
package half

import "math"

// Float64 returns the value of the IEEE 754 binary16 number with the given
// bits.
func Float64(bits uint16) float64 {
	const fraction = 10 // bits
	sign := 1.0
	if bits>>15 != 0 {
		sign = -1
	}
	mantissa := float64(bits & (1<<fraction - 1))
	switch exponent := int(bits >> fraction & 31); exponent {
	case 0:
		return sign * math.Ldexp(mantissa, -14-fraction)
	case 31:
		if mantissa != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	default:
		return sign * math.Ldexp(1<<fraction+mantissa, exponent-15-fraction)
	}
}

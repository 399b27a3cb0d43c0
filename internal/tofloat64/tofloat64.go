// Package tofloat64 converts numbers of other types to float64, exactly.
package tofloat64

import "math"

// Float16 returns the value of the IEEE 754 binary16 number with the given
// bits.
func Float16(bits uint16) float64 {
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

// Int64 returns the value of i and whether float64 represents it exactly.
func Int64(i int64) (v float64, exact bool) {
	v = float64(i)
	return v, v < 0x1p63 && int64(v) == i
}

// Uint64 returns the value of u and whether float64 represents it exactly.
func Uint64(u uint64) (v float64, exact bool) {
	v = float64(u)
	return v, v < 0x1p64 && uint64(v) == u
}

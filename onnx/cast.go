package onnx

import (
	"fmt"
	"math"
	"slices"
)

// maxCasts bounds the Casts of one constant, each of which is a pass over its
// elements.
const maxCasts = 8

// castConstant returns the constant after a Cast, which rounds its elements
// when they are read.
func castConstant(c *constant, to elemType) (*constant, error) {
	if c.elemType() == to {
		return c, nil
	}
	if len(c.casts) == maxCasts {
		return nil, fmt.Errorf("more than %d Casts of one tensor", maxCasts)
	}
	return &constant{tensor: c.tensor, transposed: c.transposed, casts: append(slices.Clip(c.casts), to)}, nil
}

// keeps reports whether a Cast leaves what a network computes as it is. A Cast
// to float32 does: Import computes in float64 where a file says float32.
func keeps(from, to elemType) bool {
	return to == typeFloat || to == typeDouble || to == from && from != 0 || to == typeInt64 && from == typeInt32
}

// cast returns the number of the type t that v becomes: the nearest one, or of
// integers that without the fraction.
func (t elemType) cast(v float64) float64 {
	switch t {
	case typeFloat:
		return float64(float32(v))
	case typeFloat16:
		return round(v, 10, -14, 65504)
	case typeBFloat16:
		return round(v, 7, -126, 0x1.fep127)
	case typeInt32:
		return truncate(v, 0x1p31)
	case typeInt64:
		return truncate(v, 0x1p63)
	}
	return v
}

// round returns the nearest number, ties to even, with the given bits behind
// the leading one, whose exponent is at least low. What is then larger than
// high is infinite.
func round(v float64, bits, low int, high float64) float64 {
	if v == 0 || v-v != 0 {
		return v
	}
	_, exponent := math.Frexp(v) // |v| is in [1/2, 1)·2^exponent
	last := max(exponent-1, low) - bits
	v = math.Ldexp(math.RoundToEven(math.Ldexp(v, -last)), last)
	if math.Abs(v) > high {
		return math.Copysign(math.Inf(1), v)
	}
	return v
}

// truncate returns v without its fraction, or an infinity if that is not in
// [−limit, limit).
func truncate(v, limit float64) float64 {
	v = math.Trunc(v)
	if v < -limit || v >= limit {
		return math.Copysign(math.Inf(1), v)
	}
	return v
}

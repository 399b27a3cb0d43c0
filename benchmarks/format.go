package main

import (
	"math"
	"strconv"
)

// significant formats v with this many significant digits, or NaN as "".
func significant(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return ""
	case v == 0 || math.Abs(v) < 1e-3:
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	exponent := int(math.Floor(math.Log10(math.Abs(v))))
	return fixed(v, max(0, digits-1-exponent))
}

// fixed formats v with this many decimals, or NaN as "".
func fixed(v float64, decimals int) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Package decimal writes figures for people.
package decimal

import (
	"fmt"
	"math"
)

// Text returns v with four decimals where these say something, else with four
// digits, and a dash for NaN.
func Text(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return "–"
	case v == 0:
		return "0.0000" // also of −0
	case a >= 0.001 && a < 1000:
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// Score returns v, of which 1 is the best, with four decimals, but for numbers far
// from that as Text does.
func Score(v float64) string {
	switch {
	case math.Abs(v) < 0.00005:
		return "0.0000"
	case math.Abs(v) < 1000:
		return fmt.Sprintf("%.4f", v)
	}
	return Text(v)
}

// Percent returns a share as text, such as "95 %" for 0.95.
func Percent(share float64) string { return fmt.Sprintf("%.4g %%", 100*share) }

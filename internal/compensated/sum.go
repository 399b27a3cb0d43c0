// Package compensated adds up many numbers without losing digits.
package compensated

import "math"

// A Sum is a sum of float64 numbers that keeps track of the rounding error of
// each addition, so that its error does not grow with their count (Neumaier,
// 1974). The zero value is the empty sum.
type Sum struct{ sum, rest float64 }

// Add adds v.
func (s *Sum) Add(v float64) {
	v = float64(v) // a product is rounded before it is added, on every architecture
	t := s.sum + v
	if math.Abs(s.sum) >= math.Abs(v) {
		s.rest += (s.sum - t) + v
	} else {
		s.rest += (v - t) + s.sum
	}
	s.sum = t
}

// Value returns the sum of the numbers added.
func (s *Sum) Value() float64 {
	if math.IsInf(s.sum, 0) { // the rest is then NaN or infinite
		return s.sum
	}
	return s.sum + s.rest
}

package tabular

import (
	"fmt"
	"math"
	"testing"
)

func TestSerial(t *testing.T) {
	numbers := func(n int, f func(i int) int) []string {
		cells := make([]string, n)
		for i := range cells {
			cells[i] = fmt.Sprint(f(i))
		}
		return cells
	}
	for _, c := range []struct {
		name  string
		cells []string
		first int
		last  int
		want  bool
	}{
		{"in order", numbers(5, func(i int) int { return i + 1 }), 1, 5, true},
		{"in another order", numbers(7, func(i int) int { return 3*i%7 - 2 }), -2, 4, true},
		{"with a gap", numbers(5, func(i int) int { return i + i/4 }), 0, 5, true},
		{"half of them", numbers(4, func(i int) int { return 7 - 2*i - i/3 }), 0, 7, true},
		{"fewer than half", numbers(4, func(i int) int { return 8 - 2*i - 2*(i/3) }), 0, 0, false},
		{"the whole range of integers", []string{fmt.Sprint(math.MinInt), fmt.Sprint(math.MaxInt)}, 0, 0, false},
		{"one twice", []string{"1", "2", "2", "3"}, 0, 0, false},
		{"one as a fraction", []string{"1", "2", "2.5", "4"}, 0, 0, false},
		{"with spaces", []string{" 2", "1 "}, 1, 2, true},
		{"one missing", []string{"1", "", "3"}, 0, 0, false},
	} {
		if first, last, got := serial(c.cells); got != c.want || got && (first != c.first || last != c.last) {
			t.Errorf("%s: %d, %d, %t, want %d, %d, %t", c.name, first, last, got, c.first, c.last, c.want)
		}
	}
}

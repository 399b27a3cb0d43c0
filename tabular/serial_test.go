package tabular

import (
	"fmt"
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
		want  bool
	}{
		{"in order", numbers(5, func(i int) int { return i + 1 }), 1, true},
		{"in another order", numbers(7, func(i int) int { return 3*i%7 - 2 }), -2, true},
		{"with a gap", numbers(5, func(i int) int { return i + i/4 }), 0, false},
		{"one twice", []string{"1", "2", "2", "3"}, 0, false},
		{"one as a fraction", []string{"1", "2", "2.5", "4"}, 0, false},
		{"with spaces", []string{" 2", "1 "}, 1, true},
		{"one missing", []string{"1", "", "3"}, 0, false},
	} {
		if first, got := serial(c.cells); got != c.want || got && first != c.first {
			t.Errorf("%s: %d, %t, want %d, %t", c.name, first, got, c.first, c.want)
		}
	}
}

package matrix_test

import (
	"fmt"
	"math"
	"testing"

	"example.com/mlp/internal/matrix"
)

func TestClassOf(t *testing.T) {
	for _, c := range []struct {
		row  []float64
		want string
	}{
		{[]float64{0}, "0 <nil>"},
		{[]float64{1}, "1 <nil>"},
		{[]float64{0, 0, 1}, "2 <nil>"},
		{[]float64{1, 0}, "0 <nil>"},
		{[]float64{0.5}, "0 has 0.5 in column 0, want 0 or 1"},
		{[]float64{1, math.NaN()}, "0 has NaN in column 1, want 0 or 1"},
		{[]float64{0, 0}, "0 has 0 ones, want 1"},
		{[]float64{1, 0, 1}, "0 has 2 ones, want 1"},
		{nil, "0 has 0 ones, want 1"},
	} {
		if got := fmt.Sprint(matrix.ClassOf(c.row)); got != c.want {
			t.Errorf("%v: %s, want %s", c.row, got, c.want)
		}
	}
}

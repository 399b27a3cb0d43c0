package stratify

import (
	"slices"
	"testing"
)

func TestWeights(t *testing.T) {
	third := 4. / 6
	for _, c := range []struct {
		class []int
		want  []float64
	}{
		{nil, []float64{}},
		{[]int{7}, []float64{1}},
		{[]int{0, 2, 2, 2}, []float64{2, third, third, third}}, // class 1 has no row
		{[]int{0, 1, 0, 1}, []float64{1, 1, 1, 1}},
	} {
		if got := Weights(c.class); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.class, got, c.want)
		}
	}
}

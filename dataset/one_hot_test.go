package dataset_test

import (
	"math"
	"testing"

	"example.com/mlp/dataset"
)

func TestOneHot(t *testing.T) {
	y, err := dataset.OneHot([]int{2, 0}, 3)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "y", y, []float64{0, 0, 1}, []float64{1, 0, 0})
	for _, test := range []struct {
		labels  []int
		classes int
		message string
	}{
		{nil, 3, "no labels"},
		{[]int{0}, 1, "1 classes, want at least 2"},
		{[]int{0, 3}, 3, "labels[1] is 3, the classes are 0 to 2"},
		{[]int{-1}, 3, "labels[0] is -1, the classes are 0 to 2"},
		{[]int{0, 0}, math.MaxInt32, "2×2147483647 entries, at most 2147483647 are possible"},
	} {
		_, err := dataset.OneHot(test.labels, test.classes)
		wantError(t, err, "dataset: OneHot: "+test.message)
	}
}

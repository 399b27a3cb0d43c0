package dataset

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// OneHot returns the n×classes matrix with a 1 in each row i in column
// labels[i], and 0 elsewhere. It is an error if there are no labels, if there
// are less than two classes, if a label is none of 0 to classes−1, or if the matrix
// had more than 2³¹−1 entries.
func OneHot(labels []int, classes int) (*mat.Dense, error) {
	if len(labels) == 0 {
		return nil, errors.New("dataset: OneHot: no labels")
	}
	if classes < 2 {
		return nil, fmt.Errorf("dataset: OneHot: %d classes, want at least 2", classes)
	}
	for i, label := range labels {
		if label < 0 || label >= classes {
			return nil, fmt.Errorf("dataset: OneHot: labels[%d] is %d, the classes are 0 to %d", i, label, classes-1)
		}
	}
	if len(labels) > math.MaxInt32/classes {
		return nil, fmt.Errorf("dataset: OneHot: %d×%d entries, at most %d are possible", len(labels), classes, math.MaxInt32)
	}
	y := mat.NewDense(len(labels), classes, nil)
	for i, label := range labels {
		y.Set(i, label, 1)
	}
	return y, nil
}

package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// splitRows draws a share of the rows of y for validation: that share of each
// class, rounded, or of all rows if classes is 0, which means that not every row
// has a class. Both parts keep the order of the rows.
func splitRows(classes int, y *mat.Dense, share float64, rng *rand.Rand) (train, validation []int, err error) {
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("mlp: Fit: ValidationSplit is %g, want a number in (0, 1)", share)
	}
	rows, _ := y.Dims()
	left := make(map[int]int) // rows still to draw from each class
	for i := range rows {
		left[rowClass(classes, y.RawRowView(i))]++
	}
	for class, count := range left {
		left[class] = int(math.Round(share * float64(count)))
	}
	for _, i := range rng.Perm(rows) {
		if class := rowClass(classes, y.RawRowView(i)); left[class] > 0 {
			left[class]--
			validation = append(validation, i)
		} else {
			train = append(train, i)
		}
	}
	if len(train) == 0 || len(validation) == 0 {
		return nil, nil, fmt.Errorf("mlp: Fit: ValidationSplit %g of %d rows leaves %d to train and %d to validate", share, rows, len(train), len(validation))
	}
	slices.Sort(train)
	slices.Sort(validation)
	return train, validation, nil
}

// rowClass returns the class of a row of targets; without classes, all rows are
// in one class.
func rowClass(classes int, y []float64) int {
	switch {
	case classes == 0:
		return 0
	case len(y) == 1:
		return int(y[0])
	}
	return argmax(y)
}

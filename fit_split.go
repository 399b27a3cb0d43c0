package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// splitRows draws a share of the rows of y for validation: of each class its
// share, rounded, or of all rows in a regression. Both parts are in the order
// of the rows.
func splitRows(task Task, y *mat.Dense, share float64, rng *rand.Rand) (train, validation []int, err error) {
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("mlp: Fit: ValidationSplit is %g, want a number in (0, 1)", share)
	}
	rows, _ := y.Dims()
	left := make(map[int]int) // rows that each class still gives
	for i := range rows {
		left[rowClass(task, y.RawRowView(i))]++
	}
	for class, count := range left {
		left[class] = int(math.Round(share * float64(count)))
	}
	for _, i := range rng.Perm(rows) {
		if class := rowClass(task, y.RawRowView(i)); left[class] > 0 {
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

// rowClass returns the class of a row of targets; in a regression all are one.
func rowClass(task Task, y []float64) int {
	switch task {
	case Binary:
		return int(y[0])
	case Multiclass:
		return argmax(y)
	}
	return 0
}

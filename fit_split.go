package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/stratify"
)

// splitRows draws a share of the rows of y for validation, rounded up, and of
// each class its share of these, or of all rows if classes is 0, which means that
// not every row has one. Both parts are in the order of the rows.
func splitRows(classes int, y *mat.Dense, share float64, rng *rand.Rand) (train, validation []int, err error) {
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("mlp: Fit: ValidationSplit is %g, want a number in (0, 1)", share)
	}
	rows, _ := y.Dims()
	size := int(math.Ceil(share * float64(rows)))
	if size == rows {
		return nil, nil, fmt.Errorf("mlp: Fit: ValidationSplit %g of %d rows leaves none to train", share, rows)
	}
	class := make([]int, rows)
	for i := range class {
		if classes > 0 {
			class[i] = classOf(y.RawRowView(i))
		}
	}
	parts := stratify.Deal(rng.Perm(rows), class, max(classes, 1), size)
	validation, train = parts[0], parts[1]
	slices.Sort(train)
	slices.Sort(validation)
	return train, validation, nil
}

// classOf returns the class of a row of targets: a label 0 or 1, one-hot or
// probabilities.
func classOf(y []float64) int {
	if len(y) == 1 {
		return int(y[0])
	}
	return argmax(y)
}

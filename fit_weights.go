package mlp

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// BalancedClassWeights returns weights for FitOptions.ClassWeights that make all
// classes count equally: n/(k·nᵢ) for a class with nᵢ of the n rows, like
// scikit-learn's "balanced". The targets y are n×1 of 0 and 1, or n×k one-hot or
// probabilities. A class without rows is an error, and so are targets with
// several labels per row.
func BalancedClassWeights(y mat.Matrix) ([]float64, error) {
	const op = "BalancedClassWeights"
	d, err := toDense(op, "y", y)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(checkFinite(op, "y", d), checkClasses(op, d)); err != nil {
		return nil, err
	}
	rows, cols := d.Dims()
	counts := make([]float64, max(2, cols))
	for i := range rows {
		if row := d.RawRowView(i); cols > 1 {
			floats.Add(counts, row)
		} else {
			counts[0] += 1 - row[0]
			counts[1] += row[0]
		}
	}
	for class, count := range counts {
		if count == 0 {
			return nil, fmt.Errorf("mlp: %s: class %d has no rows", op, class)
		}
		counts[class] = float64(rows) / (float64(len(counts)) * count)
	}
	return counts, nil
}

// rowWeights returns the products of the sample and class weights, which have
// been checked, for the rows of y, or nil if there are neither. It uses the
// memory of w. The class weight of a row is the mean of those of the classes,
// weighted by the share that the row has in each.
func rowWeights(w, samples, classes []float64, y *mat.Dense) []float64 {
	if classes == nil {
		return slices.Clone(samples)
	}
	rows, _ := y.Dims()
	w = slices.Grow(w[:0], rows)[:rows]
	for i := range w {
		if row := y.RawRowView(i); len(row) > 1 {
			w[i] = dot(row, classes)
		} else {
			w[i] = float64((1-row[0])*classes[0]) + float64(row[0]*classes[1])
		}
	}
	if samples != nil {
		floats.Mul(w, samples)
	}
	return w
}

// checkClassWeights returns an error unless there is a weight for each class
// that a row of targets may have, and at least one is above 0.
func (n *network) checkClassWeights(op string, classes []float64) error {
	if classes == nil {
		return nil
	}
	if n.end.names() == 0 {
		return fmt.Errorf("mlp: %s: ClassWeights for a regression, which has no classes", op)
	}
	if n.end.classes() == 0 {
		return fmt.Errorf("mlp: %s: ClassWeights for %d labels, of which a row may have several: SampleWeights say how much a row counts", op, n.units())
	}
	if err := checkWeights(op, "ClassWeights", classes, n.end.classes(), "the network has classes:"); err != nil {
		return err
	}
	if floats.Max(classes) == 0 {
		return fmt.Errorf("mlp: %s: ClassWeights are all 0", op)
	}
	return nil
}

// checkWeights returns an error unless weights, which may be nil, has so many
// finite entries of at least 0.
func checkWeights(op, name string, weights []float64, want int, wanting string) error {
	if weights != nil && len(weights) != want {
		return &ShapeError{Op: op, Subject: name, Got: len(weights), Unit: "entries", Wanting: wanting, Want: want}
	}
	for i, v := range weights {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("mlp: %s: %s[%d] is %g, want a finite number of at least 0", op, name, i, v)
		}
	}
	return nil
}

// checkSum returns an error if the weights of the rows are too large to add up.
func checkSum(op string, weights []float64) error {
	if sum := sumOf(weights); !finite(sum) {
		return fmt.Errorf("mlp: %s: the weights of the rows sum to %g: %w", op, sum, ErrNotFinite)
	}
	return nil
}

// weightedLoss evaluates a loss with weights of the rows.
type weightedLoss struct{ grad, out, y mat.Dense } // views of single rows

// eval returns Σ wᵢ·lᵢ/Σ wᵢ over the rows of a batch, where lᵢ is what eval
// returns for row i alone, stores its derivative in grad, and returns Σ wᵢ.
func (l *weightedLoss) eval(eval evalLoss, grad, out, y *mat.Dense, weights []float64) (loss, total float64) {
	total = sumOf(weights)
	if total == 0 {
		grad.Zero()
		return 0, 0
	}
	for i, v := range weights {
		g := viewRows(&l.grad, grad, i, i+1)
		share := v / total
		loss += float64(share * eval(g, viewRows(&l.out, out, i, i+1), viewRows(&l.y, y, i, i+1)))
		kernel.Scale(g.RawRowView(0), share)
	}
	return loss, total
}

package mlp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// BalancedClassWeights returns weights for FitOptions.ClassWeights that make
// all classes count the same: n/(k·nᵢ) for a class with nᵢ of the n rows, as
// scikit-learn's "balanced". The targets y are n×1 of 0 and 1, or n×k one-hot
// or probabilities. A class without rows is an error.
func BalancedClassWeights(y mat.Matrix) ([]float64, error) {
	const op = "BalancedClassWeights"
	d, err := toDense(op, "y", y)
	if err != nil {
		return nil, err
	}
	task := Multiclass
	if _, cols := d.Dims(); cols == 1 {
		task = Binary
	}
	if err := checkTask(op, task, op, d); err != nil {
		return nil, err
	}
	rows, cols := d.Dims()
	counts := make([]float64, max(2, cols))
	for i := range rows {
		addClasses(counts, d.RawRowView(i))
	}
	for class, count := range counts {
		if count == 0 {
			return nil, fmt.Errorf("mlp: %s: class %d has no rows", op, class)
		}
		counts[class] = float64(rows) / (float64(len(counts)) * count)
	}
	return counts, nil
}

// addClasses adds the share that a row of targets has in each class.
func addClasses(counts, y []float64) {
	if len(y) == 1 {
		counts[0] += 1 - y[0]
		counts[1] += y[0]
		return
	}
	floats.Add(counts, y)
}

// rowWeights are the weights of the rows in the loss.
type rowWeights struct {
	all          []float64 // of every row of the data
	batch        []float64 // of the rows of the batch
	grad, out, y mat.Dense // views of single rows
}

// newRowWeights returns the products of the weights of samples and classes, or
// nil if there are none.
func newRowWeights(task Task, samples, classes []float64, y *mat.Dense) (*rowWeights, error) {
	if samples == nil && classes == nil {
		return nil, nil
	}
	rows, cols := y.Dims()
	w := &rowWeights{all: make([]float64, rows)}
	for i := range w.all {
		w.all[i] = 1
	}
	if samples != nil {
		if err := checkWeights("SampleWeights", samples, rows, "x has rows:"); err != nil {
			return nil, err
		}
		copy(w.all, samples)
	}
	if classes != nil {
		if task == Regression {
			return nil, fmt.Errorf("mlp: Fit: ClassWeights for a regression, which has no classes")
		}
		if err := checkWeights("ClassWeights", classes, max(2, cols), "there are classes:"); err != nil {
			return nil, err
		}
		share := make([]float64, len(classes))
		for i := range w.all {
			clear(share)
			addClasses(share, y.RawRowView(i))
			w.all[i] *= dot(share, classes)
		}
	}
	if floats.Max(w.all) == 0 {
		return nil, fmt.Errorf("mlp: Fit: the weights of all rows are 0")
	}
	return w, nil
}

// dot returns Σ a·b, in the order of the elements.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

func checkWeights(name string, weights []float64, want int, wanting string) error {
	if len(weights) != want {
		return &ShapeError{Op: "Fit", Subject: name, Got: len(weights), Unit: "entries", Wanting: wanting, Want: want}
	}
	for i, v := range weights {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("mlp: Fit: %s[%d] is %g, want a number of at least 0", name, i, v)
		}
	}
	return nil
}

// keep keeps the weights of some rows only, which must ascend.
func (w *rowWeights) keep(rows []int) {
	for i, r := range rows {
		w.all[i] = w.all[r]
	}
	w.all = w.all[:len(rows)]
}

// take sets the weights of a batch of the given rows, or of the rows from lo
// on if rows is nil.
func (w *rowWeights) take(rows []int, lo, hi int) {
	if rows == nil {
		w.batch = append(w.batch[:0], w.all[lo:hi]...)
		return
	}
	w.batch = w.batch[:0]
	for _, r := range rows[lo:hi] {
		w.batch = append(w.batch, w.all[r])
	}
}

// eval returns Σ wᵢ·lᵢ/Σ wᵢ over the rows of the batch, lᵢ being what eval
// returns for row i alone, stores its derivative in grad, and returns Σ wᵢ.
func (w *rowWeights) eval(eval evalLoss, grad, out, y *mat.Dense) (loss, total float64) {
	total = floats.Sum(w.batch)
	if total == 0 {
		grad.Zero()
		return 0, 0
	}
	for i, v := range w.batch {
		g := viewRows(&w.grad, grad, i, i+1)
		share := v / total
		loss += float64(share * eval(g, viewRows(&w.out, out, i, i+1), viewRows(&w.y, y, i, i+1)))
		kernel.Scale(g.RawRowView(0), share)
	}
	return loss, total
}

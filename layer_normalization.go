package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/moments"
)

// Normalization is a layer that shifts and scales each column of x by constants
// that training does not change,
//
//	y = (x − mean)/std
//
// As the first layer, it makes the scaling of the data part of the network,
// which then takes raw values wherever it is used. NewNormalization makes one;
// Adapt computes the constants from data, Set sets them directly.
//
// The parameters are "mean" and "std", both 1×units, which are not trained by a
// gradient. They are initialized to zeros and ones.
//
// Adapt and Set need exclusive access to the layer and to any network that
// contains it. All other methods may be called from many goroutines at once.
type Normalization struct {
	sameWidth
	use
	mean, std *mat.Dense // 1 × units
}

// NewNormalization returns a Normalization of the given width that is initially
// the identity. Model returns an error for an invalid argument.
func NewNormalization(units int) *Normalization {
	l := &Normalization{sameWidth: sameWidth{units, checkUnits(units)}}
	if l.err == nil {
		l.mean, l.std = mat.NewDense(1, units, nil), ones(units)
	}
	return l
}

// Adapt sets mean and std to those of the columns of x, so that the layer
// gives them mean 0 and standard deviation 1. std is the population standard
// deviation √(Σ(x − mean)²/n), and 1 for a column that is constant up to
// rounding, as in scikit-learn's StandardScaler.
//
// It is an error, and nothing changes, if x is empty, has a different number of
// columns than the layer, or contains a NaN or an infinity.
func (l *Normalization) Adapt(x mat.Matrix) error {
	const op = "Adapt"
	d, err := checkAdapt(op, l.units, checkUnits(l.units), x)
	if err != nil {
		return err
	}
	if err := l.hold(op); err != nil {
		return err
	}
	defer l.release()
	rows, cols := d.Dims()
	mean, std, column := l.mean.RawRowView(0), l.std.RawRowView(0), make([]float64, rows)
	for j := range cols {
		mat.Col(column, j, d)
		mean[j], std[j] = moments.MeanAndScale(column)
	}
	return nil
}

// Set sets mean and std, which have one entry per column. It is an error, and
// nothing changes, if a mean is not finite or a std is not a finite number
// above 0.
func (l *Normalization) Set(mean, std []float64) error {
	const op = "Set"
	if err := checkUnits(l.units); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	if len(mean) != l.units {
		return &ShapeError{Op: op, Subject: "mean", Got: len(mean), Unit: "entries", Wanting: "the layer takes", Want: l.units}
	}
	if len(std) != l.units {
		return &ShapeError{Op: op, Subject: "std", Got: len(std), Unit: "entries", Wanting: "the layer takes", Want: l.units}
	}
	if err := l.check(mean, std); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	if err := l.hold(op); err != nil {
		return err
	}
	defer l.release()
	copy(l.mean.RawRowView(0), mean)
	copy(l.std.RawRowView(0), std)
	return nil
}

// check returns an error unless mean and std are such that Set takes them.
func (l *Normalization) check(mean, std []float64) error {
	for j, v := range mean {
		if !finite(v) {
			return fmt.Errorf("mean[%d] is %g: %w", j, v, ErrNotFinite)
		}
		if s := std[j]; !(s > 0) || math.IsInf(s, 1) {
			return fmt.Errorf("std[%d] is %g, want a finite number above 0", j, s)
		}
	}
	return nil
}

// Validate returns the error in the width or in the constants, if any.
func (l *Normalization) Validate() error {
	if err := checkUnits(l.units); err != nil {
		return err
	}
	return l.check(l.mean.RawRowView(0), l.std.RawRowView(0))
}

// clone returns a copy.
func (l *Normalization) clone() *Normalization {
	return &Normalization{sameWidth: l.sameWidth, mean: mat.DenseCopyOf(l.mean), std: mat.DenseCopyOf(l.std)}
}

// Params returns "mean" and "std", both 1 × units.
func (l *Normalization) Params() []Param {
	return []Param{{Name: "mean", Value: l.mean, State: true}, {Name: "std", Value: l.std, State: true}}
}

// Describe implements Describer.
func (l *Normalization) Describe() LayerDescription {
	return l.describe("normalization")
}

// Infer stores (x − mean)/std in dst. It panics with a *ShapeError if the
// shapes do not match.
func (l *Normalization) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		normalizeRow(l, dst.RawRowView(i), x.RawRowView(i))
	}
}

// normalizeRow stores (x − mean)/std, computed in double precision, in y.
func normalizeRow[T float32 | float64](l *Normalization, y, x []T) {
	mean, std := l.mean.RawRowView(0), l.std.RawRowView(0)
	for j, v := range x {
		y[j] = T((float64(v) - mean[j]) / std[j])
	}
}

// undo turns a row of y back into x = y·std + mean.
func (l *Normalization) undo(y []float64) {
	mean, std := l.mean.RawRowView(0), l.std.RawRowView(0)
	for j, v := range y {
		y[j] = float64(v*std[j]) + mean[j]
	}
}

// NewPass returns a Pass for batches of at most rows samples; rng is not used.
func (l *Normalization) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Backward: l.backward})
}

// backward stores dy/std in dx.
func (l *Normalization) backward(dx, dy, _, _ *mat.Dense) {
	for i := range dy.RawMatrix().Rows {
		divideByStd(l, dx.RawRowView(i), dy.RawRowView(i))
	}
}

// divideByStd stores dy/std, computed in double precision, in dx.
func divideByStd[T float32 | float64](l *Normalization, dx, dy []T) {
	std := l.std.RawRowView(0)
	for j, v := range dy {
		dx[j] = T(float64(v) / std[j])
	}
}

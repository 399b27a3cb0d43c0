package trust

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/compensated"
	"example.com/mlp/internal/kernel"
)

// A Temperature T corrects the probabilities of a network that is overconfident
// or underconfident: it divides the logits by T, which turns the probabilities
// p into
//
//	pᵢ^(1/T)/Σ pⱼ^(1/T)
//
// (Guo et al., On Calibration of Modern Neural Networks, 2017). Above 1 it
// moves them away from 0 and 1. The most probable class stays the same.
type Temperature float64

// minProb is the smallest probability whose inverse is finite; smaller ones are
// replaced by it.
const minProb = 0x1p-1022

// FitTemperature returns the temperature that makes the targets y most
// likely, given the probabilities p. Both are n×1 or n×k.
//
// There is no such temperature, which is an error, if the class in y is the
// most probable one in all rows, as lower temperatures are then always better,
// or if the probabilities are no better than a guess, as higher ones are then
// always better.
func FitTemperature(y, p mat.Matrix) (Temperature, error) {
	const op = "FitTemperature"
	classes, pd, err := judged(op, y, p)
	if err != nil {
		return 0, err
	}
	f := &coldness{classes: classes, z: logs(allClasses(pd))}
	if f.limit() <= 0 {
		return 0, fmt.Errorf("trust: %s: all %d rows are predicted right, want some that are not", op, len(classes))
	}
	if slope, _ := f.at(0); slope >= 0 {
		return 0, fmt.Errorf("trust: %s: p is no better than equal probabilities for all classes", op)
	}
	return Temperature(1 / f.root()), nil
}

// coldness is the negative log-likelihood of classes as a function of
// β = 1/T,
//
//	Σ log Σⱼ exp(β·zⱼ) − β·z_class
//
// which is convex.
type coldness struct {
	classes []int
	z       *mat.Dense // logarithms of the probabilities
}

// at returns the first and the second derivative: the sums of the mean of z
// minus that of the class, and of the variance of z, under softmax(β·z).
func (f *coldness) at(beta float64) (slope, curvature float64) {
	_, cols := f.z.Dims()
	q := make([]float64, cols)
	var slopes, curvatures compensated.Sum
	for i, class := range f.classes {
		z := f.z.RawRowView(i)
		for j, v := range z {
			q[j] = beta * v
		}
		kernel.SoftmaxRows(q, q, cols)
		mean, variance := 0.0, 0.0
		for j, v := range z {
			mean += float64(q[j] * v)
		}
		for j, v := range z {
			variance += float64(q[j] * float64((v-mean)*(v-mean)))
		}
		slopes.Add(mean - z[class])
		curvatures.Add(variance)
	}
	return slopes.Value(), curvatures.Value()
}

// limit returns the derivative for β → ∞.
func (f *coldness) limit() float64 {
	sum := 0.0
	for i, class := range f.classes {
		z := f.z.RawRowView(i)
		sum += slices.Max(z) - z[class]
	}
	return sum
}

// root returns where the derivative, negative at 0 and positive far out, is
// zero, by Newton's method between bounds, with bisection if it leaves them.
func (f *coldness) root() float64 {
	lo, hi := 0.0, 1.0
	for range 1000 {
		if slope, _ := f.at(hi); slope > 0 {
			break
		}
		lo, hi = hi, 2*hi
	}
	beta := lo + (hi-lo)/2
	for range 200 {
		slope, curvature := f.at(beta)
		if slope > 0 {
			hi = beta
		} else {
			lo = beta
		}
		next := beta - slope/curvature
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-beta) <= 1e-15*beta {
			break
		}
		beta = next
	}
	return beta
}

// logs returns the logarithms of probabilities.
func logs(p *mat.Dense) *mat.Dense {
	var z mat.Dense
	z.Apply(func(i, j int, v float64) float64 { return kernel.Log(max(v, minProb)) }, p)
	return &z
}

// Apply returns the corrected probabilities p, n×1 or n×k.
func (t Temperature) Apply(p mat.Matrix) (*mat.Dense, error) {
	const op = "Temperature.Apply"
	if !(t > 0) || math.IsInf(float64(t), 1) {
		return nil, fmt.Errorf("trust: %s: the temperature is %g, want a finite number above 0", op, float64(t))
	}
	pd, err := probabilities(op, p)
	if err != nil {
		return nil, err
	}
	all := allClasses(pd)
	q := logs(all)
	rows, k := q.Dims()
	for i := range rows {
		row, class := q.RawRowView(i), floats.MaxIdx(all.RawRowView(i))
		top := row[class]
		for j, v := range row {
			row[j] = min(v-top, 0) / float64(t) // never +Inf, for which softmax returns NaN
		}
		kernel.SoftmaxRows(row, row, k)
		keepClass(row, class)
	}
	if _, cols := pd.Dims(); cols > 1 {
		return q, nil
	}
	one := mat.NewDense(rows, 1, nil)
	for i := range rows {
		v := q.At(i, 1)
		if pd.At(i, 0) < 0.5 {
			v = min(v, math.Nextafter(0.5, 0)) // rounding must not make it class 1
		}
		one.Set(i, 0, v)
	}
	return one, nil
}

// keepClass makes entry class the largest if rounding has made another one
// equally large.
func keepClass(q []float64, class int) {
	if other := floats.MaxIdx(q); other != class {
		q[class] = math.Nextafter(q[other], 2)
	}
}

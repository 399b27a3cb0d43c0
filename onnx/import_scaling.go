package onnx

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

// A form is a way to write a scaling with two numbers for each column.
type form struct {
	// normal returns the mean and the standard deviation of the Normalization
	// that scales so, if the latter is above 0.
	normal func(a, b float64) (mean, std float64)

	// affine returns the same as (x − mean)·factor + shift.
	affine func(a, b float64) (mean, factor, shift float64)

	divides bool // by b
}

var (
	// (x − mean)/std
	quotient = form{
		func(mean, std float64) (_, _ float64) { return mean, std },
		func(mean, std float64) (_, factor, _ float64) { return mean, 1 / std, 0 },
		true,
	}
	// (x − mean)·factor
	product = form{
		func(mean, factor float64) (_, std float64) { return mean, 1 / factor },
		func(mean, factor float64) (_, _, _ float64) { return mean, factor, 0 },
		false,
	}
	// x·factor + shift
	sum = form{
		func(shift, factor float64) (mean, std float64) { return -shift / factor, 1 / factor },
		func(shift, factor float64) (_, _, _ float64) { return 0, factor, shift },
		false,
	}
)

// scaling returns the step of a form with the constants a and b of the pattern,
// which are 0 and 1 if it has none.
func scaling(f form, a, b string) func(p *piece) step {
	return func(p *piece) step { return f.step(p, p.rowOr(a, 0), p.rowOr(b, 1)) }
}

// negation returns the step shift − x, or −x if the pattern has no shift.
func negation(p *piece) step { return sum.step(p, p.rowOr("shift", 0), row{"", []float64{-1}}) }

// unscaling is x·factor + shift, which Export writes for the scaling of targets.
func unscaling(p *piece) step {
	shift, factor := p.rowOr("shift", 0), p.rowOr("factor", 1)
	s := sum.step(p, shift, factor)
	s.targets = func(width int) (*mlp.Normalization, error) {
		mean, std, err := fitted(width, shift, factor)
		if err != nil {
			return nil, err
		}
		return newNormalization(mean, std), nil
	}
	return s
}

// scale is the operator Scaler.
func scale(p *piece) step {
	numbers := func(name string, usual float64) row {
		a, ok := p.attr(p.nodes[0], name, attrFloats)
		if !ok {
			return row{name, []float64{usual}}
		}
		c := &constant{tensor: &tensor{name: name, elem: typeFloat, dims: []int64{int64(len(a.floats))}, floats: a.floats}}
		return row{name, p.numbers(c)}
	}
	return product.step(p, numbers("offset", 0), numbers("scale", 1))
}

func (f form) step(p *piece, a, b row) step {
	if i := slices.Index(b.values, 0); f.divides && i >= 0 {
		p.fail("tensor %s: element %d is 0: division by zero", quote.Text(b.name), i)
	}
	return step{
		inputs:   columns(a, b),
		entries:  len(a.values) == 1 && len(b.values) == 1,
		lastAxis: true,
		layers: func(width int, _ mlp.Activation) ([]mlp.Layer, error) {
			a, b, err := fitted(width, a, b)
			if err != nil {
				return nil, err
			}
			return f.layers(p.imp, a, b)
		},
	}
}

// layers returns a Normalization or, where a column is multiplied with a number
// that is not above 0, one that subtracts and a dense layer.
func (f form) layers(imp *importer, a, b []float64) ([]mlp.Layer, error) {
	n := len(a)
	mean, std := make([]float64, n), make([]float64, n)
	for j := range n {
		mean[j], std[j] = f.normal(a[j], b[j])
	}
	if l := newNormalization(mean, std); l != nil {
		return oneLayer(l, nil)
	}
	if err := imp.spendMatrix(n, n); err != nil {
		return nil, err
	}
	factors, shift := mat.NewDense(n, n, nil), make([]float64, n)
	for j := range n {
		var factor float64
		mean[j], factor, shift[j] = f.affine(a[j], b[j])
		if factor-factor != 0 {
			return nil, fmt.Errorf("column %d is multiplied with %g", j, factor)
		}
		factors.Set(j, j, factor)
		std[j] = 1
	}
	var layers []mlp.Layer
	if !allZero(mean) {
		layers = append(layers, newNormalization(mean, std))
	}
	if allZero(shift) {
		shift = nil
	}
	l, err := newDense(factors, shift, mlp.Identity)
	return append(layers, l), err
}

func allZero(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return x != 0 })
}

// fitted returns the entries of two rows for a matrix of the given width.
func fitted(width int, a, b row) (_, _ []float64, err error) {
	if a.values, err = a.fit(width); err != nil {
		return nil, nil, err
	}
	b.values, err = b.fit(width)
	return a.values, b.values, err
}

// newNormalization returns a Normalization, nil if there is none with these
// numbers.
func newNormalization(mean, std []float64) *mlp.Normalization {
	l := mlp.NewNormalization(len(mean))
	if l.Set(mean, std) != nil {
		return nil
	}
	return l
}

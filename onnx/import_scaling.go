package onnx

import (
	"slices"

	"example.com/mlp"
)

// A form is a way to write a Normalization with two numbers for each column. It
// returns the mean and the standard deviation.
type form func(a, b float64) (mean, std float64)

// (x − mean)/std
func quotient(mean, std float64) (_, _ float64) { return mean, std }

// (x − mean)·factor
func product(mean, factor float64) (_, std float64) { return mean, 1 / factor }

// x·factor + shift
func sum(shift, factor float64) (mean, std float64) { return -shift / factor, 1 / factor }

// normalization returns the step of a form with the constants a and b of the
// pattern, which are 0 and 1 if it has none.
func normalization(f form, a, b string) func(p *piece) step {
	return func(p *piece) step { return f.step(p.rowOr(a, 0), p.rowOr(b, 1)) }
}

// unscaling is x·factor + shift, which Export writes for the scaling of targets.
func unscaling(p *piece) step {
	shift, factor := p.rowOr("shift", 0), p.rowOr("factor", 1)
	s := form(sum).step(shift, factor)
	s.targets = func(width int) (*mlp.Normalization, error) { return form(quotient).layer(width, shift, factor) }
	return s
}

// scaler is (x − offset)·scale.
func scaler(p *piece) step {
	list := func(name string, usual float64) row {
		a, ok := p.attr(p.nodes[0], name, attrFloats)
		if !ok {
			return row{name, []float64{usual}}
		}
		c := &constant{tensor: &tensor{name: name, elem: typeFloat, dims: []int64{int64(len(a.floats))}, floats: a.floats}}
		return row{name, p.numbers(c)}
	}
	return form(product).step(list("offset", 0), list("scale", 1))
}

func (f form) step(a, b row) step {
	return step{
		inputs:  columns(a, b),
		entries: len(a.values) == 1 && len(b.values) == 1,
		layer:   func(width int, _ mlp.Activation) (mlp.Layer, error) { return f.layer(width, a, b) },
	}
}

func (f form) layer(width int, a, b row) (*mlp.Normalization, error) {
	mean, err := a.fit(width)
	if err != nil {
		return nil, err
	}
	std, err := b.fit(width)
	if err != nil {
		return nil, err
	}
	mean, std = slices.Clone(mean), slices.Clone(std)
	for j := range mean {
		mean[j], std[j] = f(mean[j], std[j])
	}
	l := mlp.NewNormalization(width)
	return l, l.Set(mean, std)
}

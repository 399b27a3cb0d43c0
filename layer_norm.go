package mlp

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// The defaults of BatchNorm and LayerNorm, those of PyTorch.
const (
	normEpsilon  = 1e-5
	normMomentum = 0.1
)

// A NormOption changes how BatchNorm or LayerNorm describes a layer.
type NormOption func(*norm) error

// WithEpsilon sets ε, which must be above 0. The default is 1e-5, as in
// PyTorch; Keras uses 1e-3.
func WithEpsilon(epsilon float64) NormOption {
	return func(l *norm) error {
		l.epsilon = epsilon
		return checkPositive("epsilon", epsilon)
	}
}

// WithMomentum sets the weight of a batch in the running statistics of a
// BatchNorm, in (0, 1]. The default is 0.1, as in PyTorch. In Keras and ONNX,
// momentum is the weight of the previous statistics: their 0.99 is 0.01 here.
// For a LayerNorm, which has no running statistics, it is an error.
func WithMomentum(momentum float64) NormOption {
	return func(l *norm) error {
		if !(momentum > 0 && momentum <= 1) {
			return fmt.Errorf("momentum is %g, want a number in (0, 1]", momentum)
		}
		if l.momentum == 0 {
			return errors.New("momentum for a layer without running statistics")
		}
		l.momentum = momentum
		return nil
	}
}

// norm has what LayerNorm and BatchNorm have in common: the affine map
// y = w∘x̂ + b after the normalization, and its derivatives.
type norm struct {
	sameWidth
	weight, bias *mat.Dense // 1 × units
	epsilon      float64
	momentum     float64 // of the running statistics, 0 if there are none
}

func newNorm(units int, momentum float64, opts []NormOption) norm {
	l := norm{sameWidth: sameWidth{units: units}, epsilon: normEpsilon, momentum: momentum}
	if l.err = checkUnits(units); l.err != nil {
		return l
	}
	l.weight, l.bias = ones(units), mat.NewDense(1, units, nil)
	for i, opt := range opts {
		if opt == nil {
			l.err = fmt.Errorf("option %d is nil", i)
			return l
		}
		if l.err = opt(&l); l.err != nil {
			return l
		}
	}
	return l
}

// describe returns the description, with the numbers that differ from the
// defaults.
func (l *norm) describe(kind string) LayerDescription {
	d := l.sameWidth.describe(kind)
	d.Numbers = make(map[string]float64)
	if l.epsilon != normEpsilon {
		d.Numbers["epsilon"] = l.epsilon
	}
	if l.momentum != 0 && l.momentum != normMomentum {
		d.Numbers["momentum"] = l.momentum
	}
	return d
}

// normOptions returns the options that make a layer with the description.
func normOptions(d LayerDescription) []NormOption {
	var opts []NormOption
	if epsilon, ok := d.Numbers["epsilon"]; ok {
		opts = append(opts, WithEpsilon(epsilon))
	}
	if momentum, ok := d.Numbers["momentum"]; ok {
		opts = append(opts, WithMomentum(momentum))
	}
	return opts
}

func (l *norm) Params() []Param {
	return []Param{{Name: "weight", Value: l.weight}, {Name: "bias", Value: l.bias}}
}

// transform stores w∘x̂ + b in y, which may be x̂ itself.
func (l *norm) transform(y, hat []float64) {
	kernel.MulElem(y, l.weight.RawRowView(0), hat)
	kernel.Axpy(y, 1, l.bias.RawRowView(0))
}

// normPass has what the passes of LayerNorm and BatchNorm have in common.
type normPass struct {
	hat    buffer    // x̂
	dw, db []float64 // ∂L/∂w and ∂L/∂b
}

// grads adds ∂L/∂w = Σ dy∘x̂ and ∂L/∂b = Σ dy over the rows.
func (p *normPass) grads(grads []*mat.Dense, dy, _, _ *mat.Dense) {
	p.dw, p.db = grads[0].RawRowView(0), grads[1].RawRowView(0)
	for i := range dy.RawMatrix().Rows {
		h := p.hat.view.RawRowView(i)
		for j, v := range dy.RawRowView(i) {
			p.dw[j] += float64(v * h[j])
		}
	}
	colSums(p.db, dy)
}

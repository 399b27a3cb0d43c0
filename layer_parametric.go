package mlp

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// ParametricActivation returns the activation
//
//	y = x + a∘(act(x) − x)
//
// as a separate layer, which learns how much of act each column gets: 0 is
// linear, 1 is act (Holzmüller, Grinsztajn, Steinwart, Better by Default: Strong
// Pre-Tuned MLPs and Boosted Trees on Tabular Data, 2024).
//
// The parameter is "share", a, which is 1×units and initialized to ones. Model
// returns an error for invalid arguments, and for an activation that couples the
// entries of a row, such as Softmax.
func ParametricActivation(units int, act Activation) Layer {
	l := &parametric{sameWidth: sameWidth{units, checkUnits(units)}, act: act}
	if l.err == nil {
		l.err = checkElementWise(act)
	}
	if l.err == nil {
		l.share = ones(units)
	}
	return l
}

func checkElementWise(act Activation) error {
	if matrix.IsNil(act) {
		return errors.New("nil activation")
	}
	if _, ok := act.(RowActivation); ok {
		return fmt.Errorf("%s couples the entries of a row, want an activation of single entries", act.Name())
	}
	return validate(act)
}

type parametric struct {
	sameWidth
	use
	act   Activation
	share *mat.Dense // 1 × units
}

func (l *parametric) Params() []Param { return []Param{{Name: "share", Value: l.share}} }

func (l *parametric) Describe() LayerDescription {
	d := l.describe("parametric_activation")
	d.Activation = l.act
	return d
}

func (l *parametric) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		l.act.Apply(dst.RawRowView(i), x.RawRowView(i))
	}
	l.mix(dst, x, dst)
}

// mix stores x + a∘(f − x) in y, which may be f.
func (l *parametric) mix(y, x, f *mat.Dense) {
	share := l.share.RawRowView(0)
	for i := range x.RawMatrix().Rows {
		yi, fi := y.RawRowView(i), f.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			yi[j] = v + float64(share[j]*(fi[j]-v))
		}
	}
}

func (l *parametric) NewPass(rows int, rng *rand.Rand) Pass {
	p := &parametricPass{parametric: l}
	return NewPass(l, rows, Formulas{Forward: p.forward, Grads: p.grads, Backward: p.backward})
}

// parametricPass is what a pass remembers of a batch.
type parametricPass struct {
	*parametric
	f buffer // act(x)
}

func (p *parametricPass) forward(y, x *mat.Dense) {
	f := p.f.resize(x.Dims())
	for i := range x.RawMatrix().Rows {
		p.act.Apply(f.RawRowView(i), x.RawRowView(i))
	}
	p.mix(y, x, f)
}

// grads adds ∂L/∂a = Σ dy∘(act(x) − x) over the rows.
func (p *parametricPass) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	da := grads[0].RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d, f := dy.RawRowView(i), p.f.view.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			da[j] += float64(d[j] * (f[j] - v))
		}
	}
}

// backward stores (1−a)∘dy + act'(x)∘a∘dy in dx.
func (p *parametricPass) backward(dx, dy, x, _ *mat.Dense) {
	share := p.share.RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d, dyi := dx.RawRowView(i), dy.RawRowView(i)
		for j, v := range dyi {
			d[j] = share[j] * v
		}
		p.act.Backprop(d, d, x.RawRowView(i), p.f.view.RawRowView(i))
		for j, v := range dyi {
			d[j] += float64((1 - share[j]) * v)
		}
	}
}

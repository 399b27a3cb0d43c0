package mlp

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// outerReLU computes ∂L/∂z of a dense layer with ReLU below a dense layer of one
// unit. That unit leaves an outer product of two columns as ∂L/∂y, which need not
// be stored.
type outerReLU[T float32 | float64] struct {
	dz   []T // rows × units
	unit []T // ∂L/∂z of the unit, for each row
	w    []T // the weights of the unit
	z    []T // of the layer, rows × units
}

// compute stores ∂L/∂z in dz.
func (o *outerReLU[T]) compute(team *kernel.Team, dz, unit, w, z []T) {
	o.dz, o.unit, o.w, o.z = dz, unit, w, z
	if len(z) < minSharedEntries {
		o.Run(0, len(unit))
	} else {
		team.Split(len(unit), 1, o)
	}
	*o = outerReLU[T]{}
}

// Run implements kernel.Work for rows.
func (o *outerReLU[T]) Run(lo, hi int) {
	n := len(o.w)
	kernel.ReLUGradOuter(o.dz[lo*n:hi*n], o.unit[lo:hi], o.w, o.z[lo*n:hi*n])
}

// belowUnit returns the last layer but one and the last, if these are a dense
// layer with ReLU and one of one unit.
func belowUnit(passes []Pass) (relu, unit *defaultPass) {
	last := len(passes) - 1
	if last == 0 {
		return nil, nil
	}
	below, isDense := passes[last-1].(*defaultPass)
	top, isLastDense := passes[last].(*defaultPass)
	if !isDense || !isLastDense || top.units != 1 || !isReLU(below.layer.act) {
		return nil, nil
	}
	return below, top
}

// belowUnit32 is belowUnit in single precision.
func belowUnit32(passes []pass32) (relu, unit *densePass32) {
	last := len(passes) - 1
	if last == 0 {
		return nil, nil
	}
	below, isDense := passes[last-1].(*densePass32)
	top, isLastDense := passes[last].(*densePass32)
	if !isDense || !isLastDense || top.units != 1 {
		return nil, nil
	}
	if _, ok := below.act.(*relu32); !ok {
		return nil, nil
	}
	return below, top
}

func isReLU(act Activation) bool {
	_, ok := act.(relu)
	return ok
}

// backwardBelowUnit is Backward, given ∂L/∂z and the weights of the unit above.
func (p *defaultPass) backwardBelowUnit(unit, w []float64, needDX bool) *mat.Dense {
	dz := p.dz.resize(p.rows, p.units)
	p.outer.compute(p.team, dz.RawMatrix().Data, unit, w, p.z.view.RawMatrix().Data)
	return p.BackwardLogits(dz, needDX)
}

// backwardBelowUnit is backward32, given ∂L/∂z and the weights of the unit above.
func (p *densePass32) backwardBelowUnit(unit, w []float32, needDX bool) matrix32 {
	dz := p.dz.resize(p.x.Rows, p.units)
	p.outer.compute(p.team, dz.Data, unit, w, p.z.resize(p.x.Rows, p.units).Data)
	return p.backwardLogits32(dz, needDX)
}

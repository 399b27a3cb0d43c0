package mlp

import (
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// normEpsilon is the ε of LayerNorm and BatchNorm, that of PyTorch.
const normEpsilon = 1e-5

// norm is what LayerNorm and BatchNorm have in common: the transformation
// y = w∘x̂ + b behind the normalisation, and its derivatives.
type norm struct {
	sameWidth
	weight, bias *mat.Dense // 1 × units
}

func newNorm(units int) norm {
	if err := checkUnits(units); err != nil {
		return norm{sameWidth: sameWidth{units, err}}
	}
	return norm{sameWidth{units, nil}, ones(units), mat.NewDense(1, units, nil)}
}

// ones returns a row of ones.
func ones(units int) *mat.Dense {
	m := mat.NewDense(1, units, nil)
	fill(m, func() float64 { return 1 })
	return m
}

// Params returns "weight" and "bias", both 1 × units.
func (l *norm) Params() []Param {
	return []Param{{Name: "weight", Value: l.weight}, {Name: "bias", Value: l.bias}}
}

// transform stores w∘x̂ + b in y, which may be x̂ itself.
func (l *norm) transform(y, hat []float64) {
	weight, bias := l.weight.RawRowView(0), l.bias.RawRowView(0)
	for j, v := range hat {
		y[j] = float64(weight[j]*v) + bias[j]
	}
}

// normPass is what the passes of LayerNorm and BatchNorm have in common.
type normPass struct {
	sameWidthPass
	layer *norm
	hat   buffer     // x̂
	dw    *mat.Dense // 1 × units
	db    *mat.Dense // 1 × units
	grads []*mat.Dense
}

func newNormPass(l *norm, rows int) normPass {
	p := normPass{
		sameWidthPass: newSameWidthPass(&l.sameWidth, rows),
		layer:         l,
		dw:            mat.NewDense(1, l.units, nil),
		db:            mat.NewDense(1, l.units, nil),
	}
	p.grads = []*mat.Dense{p.dw, p.db}
	return p
}

// Grads returns the gradients, nil for what is not trained.
func (p *normPass) Grads() []*mat.Dense { return p.grads }

// transformGrads stores ∂L/∂w = Σ dy∘x̂ and ∂L/∂b = Σ dy over the rows.
func (p *normPass) transformGrads(dy *mat.Dense) {
	p.checkBackward(dy)
	p.dw.Zero()
	dw := p.dw.RawRowView(0)
	for i := range p.rows {
		h := p.hat.view.RawRowView(i)
		for j, v := range dy.RawRowView(i) {
			dw[j] += float64(v * h[j])
		}
	}
	colSums(p.db.RawRowView(0), dy)
}

// colSums stores the sums of the columns of m in dst.
func colSums(dst []float64, m *mat.Dense) {
	clear(dst)
	rows, _ := m.Dims()
	for i := range rows {
		kernel.Axpy(dst, 1, m.RawRowView(i))
	}
}

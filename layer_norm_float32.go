package mlp

import "example.com/mlp/internal/kernel"

// normPass32 has what the passes of LayerNorm and BatchNorm in single precision
// have in common. All statistics and sums are in double precision.
type normPass32 struct {
	weight, bias  *single
	hat, y, dx    buffer32  // hat is x̂
	dw, db        []float64 // ∂L/∂w and ∂L/∂b
	wide, wideHat []float64 // a row, and one of x̂
}

func newNormPass32(units, rows int) normPass32 {
	p := normPass32{
		weight:  newSingle(units),
		bias:    newSingle(units),
		dw:      make([]float64, units),
		db:      make([]float64, units),
		wide:    make([]float64, units),
		wideHat: make([]float64, units),
	}
	p.y.resize(rows, units)
	return p
}

// transform stores w∘x̂ + b in y.
func (p *normPass32) transform(y, hat []float32) {
	copy(y, p.bias.value)
	kernel.AddMulElem32(y, p.weight.value, hat)
}

// grads sets the gradients to ∂L/∂w = Σ dy∘x̂ and ∂L/∂b = Σ dy over the rows.
func (p *normPass32) grads(dy matrix32) {
	clear(p.dw)
	clear(p.db)
	for i := range dy.Rows {
		kernel.Widen(p.wide, row32(dy.Data, i, dy.Cols))
		kernel.Widen(p.wideHat, row32(p.hat.data, i, dy.Cols))
		kernel.AddMulElem(p.dw, p.wide, p.wideHat)
		kernel.Axpy(p.db, 1, p.wide)
	}
	kernel.Narrow(p.weight.grad, p.dw)
	kernel.Narrow(p.bias.grad, p.db)
}

func (p *normPass32) gradients() []gradient {
	return []gradient{{single: p.weight}, {single: p.bias}}
}

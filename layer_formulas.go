package mlp

import "gonum.org/v1/gonum/mat"

// CheckInfer panics with a *ShapeError unless dst and x are what Infer and
// InferLogits of the layer l take. A layer calls it first there.
func CheckInfer(l Layer, dst, x *mat.Dense) {
	inputs, units := layerDims(l)
	checkInfer(inputs, units, dst, x)
}

// layerDims returns the dimensions of a layer, zeros for nil.
func layerDims(l Layer) (inputs, units int) {
	if l == nil {
		return 0, 0
	}
	return l.Dims()
}

// Formulas are what a Pass computes. NewPass sees to the rest, which is shapes
// and memory. x is the batch of the last Forward, y = f(x) and dy = ∂L/∂y; of
// these, only dy may be overwritten.
type Formulas struct {
	// Forward stores f(x) in y. nil means Infer, for a layer that computes the
	// same in training.
	Forward func(y, x *mat.Dense)

	// Grads adds ∂L/∂p to grads, where it finds zeros, for each p of
	// Layer.Params: they are in the same order and shapes, nil for a Param that
	// is State. nil means that all ∂L/∂p are 0.
	Grads func(grads []*mat.Dense, dy, x, y *mat.Dense)

	// Backward stores ∂L/∂x in dx. It is called after Grads, and only where dx
	// is needed. nil means that ∂L/∂x is 0, as for a layer that takes positions
	// in a table.
	Backward func(dx, dy, x, y *mat.Dense)
}

// NewPass returns a Pass of the layer l, for batches of at most rows samples,
// that computes the formulas. It checks shapes, and has memory for y, dx and the
// gradients.
//
// Formulas that remember something else from Forward to Backward, or draw
// random numbers, are made for one pass. The pass is no LogitPass.
func NewPass(l Layer, rows int, f Formulas) Pass {
	inputs, units := layerDims(l)
	checkNewPass(units, rows)
	if f.Forward == nil {
		f.Forward = l.Infer
	}
	p := &formulaPass{batchShape: batchShape{inputs: inputs, units: units, maxRows: rows}, formulas: f}
	p.y.resize(rows, units)
	for _, param := range l.Params() {
		var grad *mat.Dense
		if !param.State {
			grad = mat.NewDense(param.Value.RawMatrix().Rows, param.Value.RawMatrix().Cols, nil)
		}
		p.grads = append(p.grads, grad)
	}
	return p
}

// formulaPass is the Pass that NewPass returns.
type formulaPass struct {
	batchShape
	formulas Formulas
	x        *mat.Dense // borrowed from Forward to Backward
	y, dx    buffer
	grads    []*mat.Dense // nil for State
}

// Grads returns the gradients of the parameters.
func (p *formulaPass) Grads() []*mat.Dense { return p.grads }

func (p *formulaPass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	p.x = x
	y := p.y.resize(p.rows, p.units)
	p.formulas.Forward(y, x)
	return y
}

func (p *formulaPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if p.formulas.Grads != nil {
		for _, g := range p.grads {
			if g != nil {
				clear(g.RawMatrix().Data)
			}
		}
		p.formulas.Grads(p.grads, dy, p.x, &p.y.view)
	}
	if !needDX {
		return nil
	}
	dx := p.dx.resize(p.rows, p.inputs)
	if p.formulas.Backward == nil {
		dx.Zero()
	} else {
		p.formulas.Backward(dx, dy, p.x, &p.y.view)
	}
	return dx
}

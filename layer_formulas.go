package mlp

import "gonum.org/v1/gonum/mat"

// CheckInfer panics with a *ShapeError unless dst and x are valid arguments for
// Infer and InferLogits of the layer l, which should call it first.
func CheckInfer(l Layer, dst, x *mat.Dense) {
	inputs, units := layerDims(l)
	checkInfer(inputs, units, dst, x)
}

// layerDims returns the dimensions of a layer, or zeros for nil.
func layerDims(l Layer) (inputs, units int) {
	if l == nil {
		return 0, 0
	}
	return l.Dims()
}

// Formulas are the computations of a Pass. NewPass takes care of the rest:
// shapes and memory. x is the batch of the last Forward, y = f(x), and
// dy = ∂L/∂y; of these, only dy may be overwritten.
type Formulas struct {
	// Forward stores f(x) in y. nil means Infer, for a layer that computes the
	// same thing in training.
	Forward func(y, x *mat.Dense)

	// Grads adds ∂L/∂p to grads, which holds zeros, for each p of Layer.Params.
	// grads has the same order and shapes, with nil for a Param that is State.
	// A nil Grads means that all ∂L/∂p are 0.
	Grads func(grads []*mat.Dense, dy, x, y *mat.Dense)

	// Backward stores ∂L/∂x in dx. It is called after Grads, and only if dx is
	// needed. nil means that ∂L/∂x is 0, as for a layer whose inputs are
	// positions in a table.
	Backward func(dx, dy, x, y *mat.Dense)
}

// NewPass returns a Pass of the layer l, for batches of at most rows samples,
// that computes the formulas f. It checks shapes and provides memory for y, dx
// and the gradients.
//
// Formulas that remember anything else from Forward to Backward, or draw random
// numbers, must not be shared between passes. The pass is not a LogitPass.
func NewPass(l Layer, rows int, f Formulas) Pass {
	inputs, units := layerDims(l)
	p := &formulaPass{batchShape: newBatchShape(inputs, units, rows), formulas: f}
	if f.Forward == nil {
		p.formulas.Forward = l.Infer
	}
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

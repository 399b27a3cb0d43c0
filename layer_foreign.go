package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// foreignPass is a Pass of a layer of another package. What it returns is looked
// at: a matrix that is nil or of another shape than Dims says panics with a
// *ShapeError that names the layer, and not somewhere else later.
type foreignPass struct {
	Pass
	name          string // of the layer: "layer 2"
	inputs, units int
}

var (
	_ LogitPass = (*foreignPass)(nil)
	_ envUser   = (*foreignPass)(nil)
)

// passOf returns a Pass of a layer, which errors call by its name.
func passOf(name string, l Layer, rows int, rng *rand.Rand) Pass {
	p := l.NewPass(rows, rng)
	if matrix.IsNil(p) {
		p = noPass{}
	}
	if ofThisPackage(l) && ofThisPackage(p) {
		return p
	}
	inputs, units := l.Dims()
	return &foreignPass{p, name, inputs, units}
}

// useEnv hands the surroundings on to a pass of this package inside.
func (p *foreignPass) useEnv(e *passEnv) {
	if inner, ok := p.Pass.(envUser); ok {
		inner.useEnv(e)
	}
}

func (p *foreignPass) Forward(x *mat.Dense) *mat.Dense {
	return p.check("Forward", p.Pass.Forward(x), x, p.units)
}

func (p *foreignPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	dx := p.Pass.Backward(dy, needDX)
	if !needDX {
		return nil
	}
	return p.check("Backward", dx, dy, p.inputs)
}

// ForwardLogits returns what a LogitPass returns, and of another it is an
// error.
func (p *foreignPass) ForwardLogits(x *mat.Dense) *mat.Dense {
	var z *mat.Dense
	if inner, ok := p.Pass.(LogitPass); ok {
		z = inner.ForwardLogits(x)
	}
	return p.check("ForwardLogits", z, x, p.units)
}

// BackwardLogits comes after ForwardLogits, which has found a LogitPass.
func (p *foreignPass) BackwardLogits(dz *mat.Dense, needDX bool) *mat.Dense {
	dx := p.Pass.(LogitPass).BackwardLogits(dz, needDX)
	if !needDX {
		return nil
	}
	return p.check("BackwardLogits", dx, dz, p.inputs)
}

// check returns m if it has as many rows as the argument that it was made from,
// and so many columns.
func (p *foreignPass) check(op string, m, from *mat.Dense, cols int) *mat.Dense {
	rows, gotRows, gotCols := from.RawMatrix().Rows, 0, 0
	if m != nil {
		gotRows, gotCols = m.Dims()
	}
	if gotRows != rows {
		panic(&ShapeError{Op: op, Subject: "what " + p.name + " returns", Got: gotRows, Unit: "rows", Wanting: "its argument has", Want: rows})
	}
	if gotCols != cols {
		panic(&ShapeError{Op: op, Subject: "what " + p.name + " returns", Got: gotCols, Unit: "columns", Wanting: "Dims says", Want: cols})
	}
	return m
}

// noPass is what a NewPass that returns nil is taken for.
type noPass struct{}

func (noPass) Forward(*mat.Dense) *mat.Dense        { return nil }
func (noPass) Backward(*mat.Dense, bool) *mat.Dense { return nil }
func (noPass) Grads() []*mat.Dense                  { return nil }

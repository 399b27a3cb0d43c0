package mlp

import (
	"math/rand/v2"
	"reflect"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// ofThisPackage reports whether the type of v, a pointer, is declared in this
// package, and not one of another package with an embedded type of this.
func ofThisPackage(v any) bool {
	t := reflect.TypeOf(v)
	return t.Kind() == reflect.Pointer && t.Elem().PkgPath() == packagePath()
}

// declaredHere reports whether the type of v is declared in this package, or v
// is nil.
func declaredHere(v any) bool {
	if v == nil {
		return true
	}
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == packagePath()
}

func packagePath() string { return reflect.TypeFor[network]().PkgPath() }

// foreignPass wraps a Pass of a layer from another package and checks its
// results: a matrix that is nil or does not have the shape that Dims promises
// panics here, with a *ShapeError that names the layer, and not somewhere else
// later.
type foreignPass struct {
	Pass
	subject       string // "what layer 2 returns"
	inputs, units int
}

var (
	_ LogitPass = (*foreignPass)(nil)
	_ envUser   = (*foreignPass)(nil)
)

// passOf returns a Pass of a layer; errors refer to the layer by name.
func passOf(name string, l Layer, rows int, rng *rand.Rand) Pass {
	p := l.NewPass(rows, rng)
	if matrix.IsNil(p) {
		p = noPass{}
	}
	if ofThisPackage(l) && ofThisPackage(p) {
		return p
	}
	inputs, units := l.Dims()
	return &foreignPass{p, "what " + name + " returns", inputs, units}
}

// useEnv forwards the environment to a pass of this package inside.
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

// ForwardLogits returns the result of a LogitPass; for any other Pass it
// panics.
func (p *foreignPass) ForwardLogits(x *mat.Dense) *mat.Dense {
	var z *mat.Dense
	if inner, ok := p.Pass.(LogitPass); ok {
		z = inner.ForwardLogits(x)
	}
	return p.check("ForwardLogits", z, x, p.units)
}

// BackwardLogits follows ForwardLogits, which has made sure of a LogitPass.
func (p *foreignPass) BackwardLogits(dz *mat.Dense, needDX bool) *mat.Dense {
	dx := p.Pass.(LogitPass).BackwardLogits(dz, needDX)
	if !needDX {
		return nil
	}
	return p.check("BackwardLogits", dx, dz, p.inputs)
}

// check returns m if it has as many rows as from, the argument it was computed
// from, and wantCols columns.
func (p *foreignPass) check(op string, m, from *mat.Dense, wantCols int) *mat.Dense {
	rows, cols := dims(m)
	checkSize(op, p.subject, rows, "rows", "its argument has", from.RawMatrix().Rows)
	checkSize(op, p.subject, cols, "columns", "Dims says", wantCols)
	return m
}

// noPass stands in for the result of a NewPass that returns nil.
type noPass struct{}

func (noPass) Forward(*mat.Dense) *mat.Dense        { return nil }
func (noPass) Backward(*mat.Dense, bool) *mat.Dense { return nil }
func (noPass) Grads() []*mat.Dense                  { return nil }

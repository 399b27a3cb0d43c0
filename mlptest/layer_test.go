package mlptest_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// scale is a layer of another package with one parameter: y = a·x.
type scale struct {
	n int
	a *mat.Dense
}

func newScale() mlp.Layer { return &scale{n: 3, a: mat.NewDense(1, 1, []float64{2})} }

func (s *scale) Dims() (inputs, units int) { return s.n, s.n }
func (s *scale) Params() []mlp.Param       { return []mlp.Param{{Name: "a", Value: s.a}} }

func (s *scale) Infer(dst, x *mat.Dense) {
	rows, cols := x.Dims()
	if r, c := dst.Dims(); cols != s.n || r != rows || c != cols {
		panic(&mlp.ShapeError{Op: "Infer"})
	}
	dst.Scale(s.a.At(0, 0), x)
}

func (s *scale) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	return &scalePass{s: s, rows: rows, y: mat.NewDense(rows, s.n, nil), dx: mat.NewDense(rows, s.n, nil), da: mat.NewDense(1, 1, nil)}
}

type scalePass struct {
	s        *scale
	rows     int
	x        *mat.Dense
	y, dx    *mat.Dense
	yv, dxv  mat.Dense
	da       *mat.Dense
	grads    []*mat.Dense
	sum, put bool // faults: the gradient accumulates, or is stored in x
}

// top makes v a view of the first rows of m.
func top(v, m *mat.Dense, rows int) *mat.Dense {
	g := m.RawMatrix()
	g.Rows, g.Data = rows, g.Data[:rows*g.Cols]
	v.SetRawMatrix(g)
	return v
}

func (p *scalePass) Forward(x *mat.Dense) *mat.Dense {
	rows, cols := x.Dims()
	if cols != p.s.n || rows > p.rows {
		panic(&mlp.ShapeError{Op: "Forward"})
	}
	p.x = x
	y := top(&p.yv, p.y, rows)
	p.s.Infer(y, x)
	return y
}

func (p *scalePass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	rows, cols := dy.Dims()
	if r, c := p.x.Dims(); r != rows || c != cols {
		panic(&mlp.ShapeError{Op: "Backward"})
	}
	sum := 0.0
	for i := range rows {
		for j := range cols {
			sum += dy.At(i, j) * p.x.At(i, j)
		}
	}
	if p.sum {
		sum += p.da.At(0, 0)
	}
	p.da.Set(0, 0, sum)
	if p.put {
		p.x.Set(0, 0, 7)
	}
	if !needDX {
		return nil
	}
	dx := top(&p.dxv, p.dx, rows)
	dx.Scale(p.s.a.At(0, 0), dy)
	return dx
}

func (p *scalePass) Grads() []*mat.Dense {
	if p.grads == nil {
		p.grads = []*mat.Dense{p.da}
	}
	return p.grads
}

// faultyLayer replaces methods of scale.
type faultyLayer struct {
	*scale
	infer   func(s *scale, dst, x *mat.Dense)
	newPass func(s *scale, rows int) mlp.Pass
	params  func(s *scale) []mlp.Param
}

func (f faultyLayer) Infer(dst, x *mat.Dense) {
	if f.infer != nil {
		f.infer(f.scale, dst, x)
		return
	}
	f.scale.Infer(dst, x)
}

func (f faultyLayer) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	if f.newPass != nil {
		return f.newPass(f.scale, rows)
	}
	return f.scale.NewPass(rows, rng)
}

func (f faultyLayer) Params() []mlp.Param {
	if f.params != nil {
		return f.params(f.scale)
	}
	return f.scale.Params()
}

func TestCheckLayer(t *testing.T) {
	mlptest.CheckLayer(t, newScale)
	pass := func(s *scale, rows int) *scalePass { return s.NewPass(rows, nil).(*scalePass) }
	for want, f := range map[string]faultyLayer{
		"Infer against Forward": {infer: func(s *scale, dst, x *mat.Dense) { s.Infer(dst, x); dst.Set(0, 0, 9) }},
		"panics with <nil>":     {infer: func(s *scale, dst, x *mat.Dense) { dst.Copy(x); dst.Scale(2, dst) }},
		"Infer of a row alone": {infer: func(s *scale, dst, x *mat.Dense) {
			rows, _ := x.Dims()
			s.Infer(dst, x)
			dst.Set(0, 0, dst.At(0, 0)*float64(rows))
		}},
		"has no gradient, and is not State": {newPass: func(s *scale, rows int) mlp.Pass {
			p := pass(s, rows)
			p.grads = []*mat.Dense{nil}
			return p
		}},
		"is State, and has a gradient": {params: func(s *scale) []mlp.Param {
			return []mlp.Param{{Name: "a", Value: s.a, State: true}}
		}},
		"has a gradient, and Forward changes it": {newPass: func(s *scale, rows int) mlp.Pass { return trains{pass(s, rows)} }},
		"short batch: gradient by a against finite differences": {newPass: func(s *scale, rows int) mlp.Pass {
			p := pass(s, rows)
			p.sum = true
			return p
		}},
		"∂L/∂x against finite differences":         {newPass: func(s *scale, rows int) mlp.Pass { return noDX{pass(s, rows)} }},
		"gradient by a against finite differences": {newPass: func(s *scale, rows int) mlp.Pass { return noGrad{pass(s, rows)} }},
		"Grads returns another matrix":             {newPass: func(s *scale, rows int) mlp.Pass { return newGrads{pass(s, rows)} }},
		"returns a gradient by x":                  {newPass: func(s *scale, rows int) mlp.Pass { return alwaysDX{pass(s, rows)} }},
		"gradients for":                            {params: func(s *scale) []mlp.Param { return nil }},
		"empty or taken":                           {params: func(s *scale) []mlp.Param { return []mlp.Param{{Value: s.a}} }},
		"Params returns another matrix": {params: func(s *scale) []mlp.Param {
			return []mlp.Param{{Name: "a", Value: mat.DenseCopyOf(s.a)}}
		}},
		"not contiguous": {params: func(s *scale) []mlp.Param {
			return []mlp.Param{{Name: "a", Value: mat.NewDense(2, 2, nil).Slice(0, 1, 0, 1).(*mat.Dense)}}
		}},
	} {
		expect(t, reportsOnLayer(f), want)
	}
}

// reportsOnLayer returns what CheckLayer reports about a faulty layer.
func reportsOnLayer(f faultyLayer) []string {
	return reports(func(t testing.TB) {
		mlptest.CheckLayer(t, func() mlp.Layer {
			f := f
			f.scale = newScale().(*scale)
			return f
		})
	})
}

type trains struct{ *scalePass }

func (p trains) Forward(x *mat.Dense) *mat.Dense {
	p.s.a.Set(0, 0, p.s.a.At(0, 0)+1)
	return p.scalePass.Forward(x)
}

type noDX struct{ *scalePass }

func (p noDX) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	dx := p.scalePass.Backward(dy, needDX)
	if dx != nil {
		dx.Copy(dy)
	}
	return dx
}

type noGrad struct{ *scalePass }

func (p noGrad) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	dx := p.scalePass.Backward(dy, needDX)
	p.da.Zero()
	return dx
}

type newGrads struct{ *scalePass }

func (p newGrads) Grads() []*mat.Dense { return []*mat.Dense{mat.DenseCopyOf(p.da)} }

type alwaysDX struct{ *scalePass }

func (p alwaysDX) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	return p.scalePass.Backward(dy, true)
}

// shifted is a dense layer with wrong logits.
type shifted struct{ mlp.LogitLayer }

func (l shifted) InferLogits(dst, x *mat.Dense) {
	l.LogitLayer.InferLogits(dst, x)
	dst.Set(0, 0, dst.At(0, 0)+1)
}

func TestCheckLayerFindsWrongLogits(t *testing.T) {
	got := reports(func(t testing.TB) {
		mlptest.CheckLayer(t, func() mlp.Layer {
			l := shifted{mlp.Dense(3, 2, mlp.Tanh).(mlp.LogitLayer)}
			l.LogitLayer.(mlp.Seeded).Init(rand.New(rand.NewPCG(1, 2)))
			return l
		})
	})
	expect(t, got, "InferLogits against ForwardLogits")
	expect(t, got, "Infer against the activation of InferLogits")
}

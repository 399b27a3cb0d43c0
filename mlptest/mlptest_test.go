package mlptest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// recorder is a testing.TB that keeps what is reported to it.
type recorder struct {
	testing.TB
	reports []string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Error(args ...any)                 { r.reports = append(r.reports, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.Error(fmt.Sprintf(format, args...)) }
func (r *recorder) Fatal(args ...any)                 { r.Error(args...); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }

// reports returns what check says of a faulty implementation.
func reports(check func(t testing.TB)) []string {
	var r recorder
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(&r)
	}()
	<-done
	return r.reports
}

// expect checks that one of the reports contains want.
func expect(t *testing.T, got []string, want string) {
	t.Helper()
	for _, s := range got {
		if strings.Contains(s, want) {
			return
		}
	}
	t.Errorf("no report with %q among %q", want, got)
}

// cube is an activation of another package.
type cube struct{}

func (cube) Name() string { return "cube" }

func (cube) Apply(y, z []float64) {
	for i, v := range z {
		y[i] = v * v * v
	}
}

func (cube) Backprop(dz, dy, z, y []float64) {
	for i, v := range z {
		dz[i] = 3 * v * v * dy[i]
	}
}

// faultyActivation replaces methods of cube.
type faultyActivation struct {
	cube
	apply    func(y, z []float64)
	backprop func(dz, dy, z, y []float64)
}

func (f faultyActivation) Apply(y, z []float64) {
	if f.apply != nil {
		f.apply(y, z)
		return
	}
	f.cube.Apply(y, z)
}

func (f faultyActivation) Backprop(dz, dy, z, y []float64) {
	if f.backprop != nil {
		f.backprop(dz, dy, z, y)
		return
	}
	f.cube.Backprop(dz, dy, z, y)
}

func TestCheckActivation(t *testing.T) {
	mlptest.CheckActivation(t, cube{})
	var c cube
	for want, f := range map[string]faultyActivation{
		"Backprop against finite differences": {backprop: func(dz, dy, z, y []float64) { copy(dz, dy) }},
		"Apply in place": {apply: func(y, z []float64) {
			clear(y)
			for i, v := range z {
				y[i] += v * v * v
			}
		}},
		"Backprop in place": {backprop: func(dz, dy, z, y []float64) {
			clear(dz)
			for i, v := range z {
				dz[i] += 3 * v * v * dy[i]
			}
		}},
		"writes to its input": {backprop: func(dz, dy, z, y []float64) { c.Backprop(dz, dy, z, y); clear(dy) }},
		"turns NaN into":      {apply: func(y, z []float64) { c.Apply(y, z); notNaN(y) }},
		"NaN in": {apply: func(y, z []float64) {
			for i, v := range z {
				y[i] = v * v * v * math.Exp(v) / math.Exp(v)
			}
		}},
		"a RowActivation?": {apply: func(y, z []float64) {
			c.Apply(y, z)
			for i := range y {
				y[i] += float64(len(y))
			}
		}},
		"allocations": {apply: func(y, z []float64) { c.Apply(y, append(make([]float64, 0, 2*len(z)), z...)) }},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckActivation(t, f) }), want)
	}
}

func notNaN(y []float64) {
	for i, v := range y {
		if math.IsNaN(v) {
			y[i] = 0
		}
	}
}

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
	sum, put bool // faults: the gradient is added up, or put into x
}

// top makes v the first rows of m.
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

// reportsOnLayer returns what CheckLayer says of a faulty layer.
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

// faultyLoss replaces Eval of the mean squared error.
type faultyLoss struct {
	mlp.Loss
	eval func(grad, yhat, y *mat.Dense) float64
}

func (f faultyLoss) Eval(grad, yhat, y *mat.Dense) float64 { return f.eval(grad, yhat, y) }

// faultyFusion replaces EvalLogits of the binary cross-entropy.
type faultyFusion struct {
	mlp.LogitLoss
	eval func(dz, z, y *mat.Dense) float64
}

func (f faultyFusion) EvalLogits(dz, z, y *mat.Dense) float64 { return f.eval(dz, z, y) }

type loner struct{ mlp.LogitLoss }

func (loner) Fuses(mlp.Activation) bool { return false }

func TestCheckLoss(t *testing.T) {
	mse, bce := mlp.MeanSquaredError, mlp.BinaryCrossEntropy
	for want, eval := range map[string]func(grad, yhat, y *mat.Dense) float64{
		"gradient against finite differences": func(grad, yhat, y *mat.Dense) float64 {
			v := mse.Eval(grad, yhat, y)
			if grad != nil {
				grad.Scale(0.5, grad)
			}
			return v
		},
		"mean of the same rows twice": func(grad, yhat, y *mat.Dense) float64 {
			n, _ := y.Dims()
			if grad == nil {
				return float64(n) * mse.Eval(nil, yhat, y)
			}
			v := mse.Eval(grad, yhat, y)
			grad.Scale(float64(n), grad)
			return float64(n) * v
		},
		"outputs afterwards": func(grad, yhat, y *mat.Dense) float64 {
			v := mse.Eval(grad, yhat, y)
			yhat.Set(0, 0, 1)
			return v
		},
		"value without a gradient": func(grad, yhat, y *mat.Dense) float64 {
			if grad == nil {
				return 0
			}
			return mse.Eval(grad, yhat, y)
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, faultyLoss{mse, eval}) }), want)
	}
	for want, eval := range map[string]func(dz, z, y *mat.Dense) float64{
		"value fused and not": func(dz, z, y *mat.Dense) float64 { return 1 + bce.EvalLogits(dz, z, y) },
		"gradient fused and not": func(dz, z, y *mat.Dense) float64 {
			v := bce.EvalLogits(dz, z, y)
			if dz != nil {
				dz.Scale(2, dz)
			}
			return v
		},
		"large logits": func(dz, z, y *mat.Dense) float64 {
			p := mat.DenseCopyOf(z)
			rows, _ := z.Dims()
			for i := range rows {
				p.Set(i, 0, math.Exp(z.At(i, 0))/(1+math.Exp(z.At(i, 0))))
			}
			v := bce.Eval(nil, p, y)
			bce.EvalLogits(dz, z, y)
			return v
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, faultyFusion{bce, eval}) }), want)
	}
	expect(t, reports(func(t testing.TB) { mlptest.CheckLoss(t, loner{bce}) }), "fuses with no activation")
}

// faultyOptimizer replaces Step of plain gradient descent.
type faultyOptimizer struct {
	mlp.SGD
	step func(w, g []float64, scale float64, t int)
}

func (f faultyOptimizer) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	f.step(w, g, scale, t)
}

func TestCheckOptimizer(t *testing.T) {
	calls := 0.0
	descend := func(w, g []float64, rate float64) {
		for i := range w {
			w[i] -= rate * g[i]
		}
	}
	for want, step := range map[string]func(w, g []float64, scale float64, t int){
		"the same steps again":      func(w, g []float64, scale float64, t int) { calls++; descend(w, g, scale*calls) },
		"the elements in two parts": func(w, g []float64, scale float64, t int) { descend(w, g, scale/float64(len(w))) },
		"writes the gradient":       func(w, g []float64, scale float64, t int) { descend(w, g, scale); clear(g) },
		"a step of scale 0":         func(w, g []float64, scale float64, t int) { descend(w, g, 0.1) },
		"changes nothing":           func(w, g []float64, scale float64, t int) {},
		"steps on":                  func(w, g []float64, scale float64, t int) { descend(w, g, -0.001*scale) },
		"allocations": func(w, g []float64, scale float64, t int) {
			descend(w, append(make([]float64, 0, 2*len(g)), g...), scale)
		},
	} {
		expect(t, reports(func(t testing.TB) { mlptest.CheckOptimizer(t, faultyOptimizer{step: step}) }), want)
	}
}

package mlp_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// product is a layer of another package with the given formulas: y = x·w, with
// a counter that is not trained by a gradient.
type product struct {
	w, seen  *mat.Dense
	formulas mlp.Formulas
}

func newProduct(formulas mlp.Formulas) *product {
	return &product{mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6}), mat.NewDense(1, 1, nil), formulas}
}

func (l *product) Dims() (inputs, units int) { return l.w.Dims() }

func (l *product) Params() []mlp.Param {
	return []mlp.Param{{Name: "seen", Value: l.seen, State: true}, {Name: "w", Value: l.w}}
}

func (l *product) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	dst.Mul(x, l.w)
}

func (l *product) NewPass(rows int, _ *rand.Rand) mlp.Pass { return mlp.NewPass(l, rows, l.formulas) }

// The layer of the example passes the checks of every layer.
func TestGains(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer { return varied(newGains(4)) })
}

// The formulas are called with matching arguments, with the number of rows of
// the batch.
func TestFormulasGetTheBatch(t *testing.T) {
	var l *product
	var seen []string
	var lastX, lastY *mat.Dense
	same := func(what string, got, want *mat.Dense) {
		if got != want {
			t.Errorf("%s is another matrix", what)
		}
	}
	l = newProduct(mlp.Formulas{
		Forward: func(y, x *mat.Dense) {
			seen = append(seen, "forward")
			same("x", x, lastX)
			y.Mul(x, l.w)
		},
		Grads: func(grads []*mat.Dense, dy, x, y *mat.Dense) {
			seen = append(seen, "grads")
			same("x", x, lastX)
			same("y", y, lastY)
			if len(grads) != 2 || grads[0] != nil || mat.Norm(grads[1], 1) != 0 {
				t.Errorf("gradients %v, want nil for the state and zeros", grads)
			}
			var dw mat.Dense
			dw.Mul(x.T(), dy)
			grads[1].Add(grads[1], &dw)
		},
		Backward: func(dx, dy, x, y *mat.Dense) {
			seen = append(seen, "backward")
			same("x", x, lastX)
			same("y", y, lastY)
			dx.Mul(dy, l.w.T())
		},
	})
	p := l.NewPass(4, nil)
	for _, rows := range []int{4, 2} {
		lastX = allOf(rows, 3, float64(rows))
		lastY = p.Forward(lastX)
		nearMatrix(t, "y", lastY, infer(l, lastX), 0)
		if dx := p.Backward(allOf(rows, 2, 1), false); dx != nil {
			t.Errorf("dx %v where none is needed", dx)
		}
		dx := mat.NewDense(rows, 3, nil)
		for i := range rows {
			dx.SetRow(i, []float64{3, 7, 11}) // the sums of the rows of w
		}
		nearMatrix(t, "dx", p.Backward(allOf(rows, 2, 1), true), dx, 0)
		nearMatrix(t, "dw", p.Grads()[1], allOf(3, 2, float64(rows*rows)), 0)
	}
	want := []string{"forward", "grads", "grads", "backward"}
	for i, s := range seen {
		if s != want[i%len(want)] {
			t.Errorf("call %d is of %s, want %s", i, s, want[i%len(want)])
		}
	}
	if p.Grads()[0] != nil {
		t.Error("a gradient for the state")
	}
}

// Nil formulas stand for Infer and for zeros.
func TestFormulasThatAreNotThere(t *testing.T) {
	l := newProduct(mlp.Formulas{})
	p := l.NewPass(3, nil)
	x := allOf(3, 3, 2)
	nearMatrix(t, "y", p.Forward(x), infer(l, x), 0)
	nearMatrix(t, "dx", p.Backward(allOf(3, 2, 5), true), mat.NewDense(3, 3, nil), 0)
	nearMatrix(t, "dw", p.Grads()[1], mat.NewDense(3, 2, nil), 0)
}

func TestFormulasOfWrongShapes(t *testing.T) {
	l := newProduct(mlp.Formulas{})
	x := allOf(3, 3, 1)
	after := func(call func(p mlp.Pass)) func() {
		return func() {
			p := l.NewPass(4, nil)
			p.Forward(x)
			call(p)
		}
	}
	for want, call := range map[string]func(){
		"mlp: Infer: the layer has 0 units, want at least 1":    func() { mlp.CheckInfer(nil, x, x) },
		"mlp: Infer: x has 2 columns, the layer takes 3":        func() { mlp.CheckInfer(l, allOf(3, 2, 0), allOf(3, 2, 0)) },
		"mlp: Infer: dst has 3 columns, the layer gives 2":      func() { l.Infer(allOf(3, 3, 0), x) },
		"mlp: Infer: dst has 0 columns, the layer gives 2":      func() { l.Infer(nil, x) },
		"mlp: NewPass: the layer has 0 units, want at least 1":  func() { mlp.NewPass(nil, 4, mlp.Formulas{}) },
		"mlp: NewPass: a batch has -1 rows, want at least 0":    func() { l.NewPass(-1, nil) },
		"mlp: Forward: x has 2 columns, the layer takes 3":      func() { l.NewPass(4, nil).Forward(allOf(4, 2, 0)) },
		"mlp: Forward: x has 5 rows, the pass takes at most 4":  func() { l.NewPass(4, nil).Forward(allOf(5, 3, 0)) },
		"mlp: Backward: dy has 4 rows, the last Forward gave 3": after(func(p mlp.Pass) { p.Backward(allOf(4, 2, 0), true) }),
		"mlp: Backward: dy has 3 columns, the layer gives 2":    after(func(p mlp.Pass) { p.Backward(allOf(3, 3, 0), true) }),
		"mlp: Backward: dy has 0 rows, the last Forward gave 3": after(func(p mlp.Pass) { p.Backward(nil, true) }),
		"mlp: Forward: x has 0 columns, the layer takes 3":      after(func(p mlp.Pass) { p.Forward(nil) }),
		"mlp: Infer: dst has 2 rows, x has 3":                   func() { l.Infer(allOf(2, 2, 0), x) },
		"mlp: Infer: x has 0 columns, the layer takes 3":        func() { l.Infer(allOf(2, 2, 0), nil) },
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				var shape *mlp.ShapeError
				if !errors.As(err, &shape) || err.Error() != want {
					t.Errorf("got the panic %v, want %s", err, want)
				}
			}()
			call()
		}()
	}
}

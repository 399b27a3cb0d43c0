package outside_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Bend is the layer y = x + a·x², element by element, with one a per column.
type Bend struct{ a *mat.Dense }

func NewBend(units int) *Bend { return &Bend{mat.NewDense(1, units, nil)} }

func (l *Bend) Dims() (inputs, units int) { return l.a.RawMatrix().Cols, l.a.RawMatrix().Cols }
func (l *Bend) Params() []mlp.Param       { return []mlp.Param{{Name: "a", Value: l.a}} }

func (l *Bend) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	a := l.a.RawRowView(0)
	for i := range x.RawMatrix().Rows {
		y := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			y[j] = v + a[j]*v*v
		}
	}
}

func (l *Bend) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Grads: l.grads, Backward: l.backward})
}

// grads adds ∂L/∂a = Σ dy∘x² over the rows.
func (l *Bend) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	da := grads[0].RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d := dy.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			da[j] += d[j] * v * v
		}
	}
}

// backward stores ∂L/∂x = dy∘(1 + 2a∘x) in dx.
func (l *Bend) backward(dx, dy, x, _ *mat.Dense) {
	a := l.a.RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d, r := dx.RawRowView(i), dy.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			d[j] = r[j] * (1 + 2*a[j]*v)
		}
	}
}

func TestLayer(t *testing.T) {
	mlptest.CheckLayer(t, func() mlp.Layer {
		l := NewBend(3)
		l.a.SetRow(0, []float64{0.5, -1, 2})
		return l
	})
	bend := NewBend(8)
	train(t, mlp.MeanSquaredError, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}},
		mlp.Dense(2, 8, mlp.Tanh), bend, mlp.Dense(8, 1, mlp.Identity))
	if mat.Norm(bend.a, 2) == 0 {
		t.Error("the parameter has not been trained")
	}
}

package outside_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Bend is the layer y = x + a·x², element by element, with an a for each
// column.
type Bend struct{ a *mat.Dense }

func NewBend(units int) *Bend { return &Bend{mat.NewDense(1, units, nil)} }

func (l *Bend) Dims() (inputs, units int) { return l.a.RawMatrix().Cols, l.a.RawMatrix().Cols }
func (l *Bend) Params() []mlp.Param       { return []mlp.Param{{Name: "a", Value: l.a}} }

func (l *Bend) Infer(dst, x *mat.Dense) {
	rows, _ := x.Dims()
	l.check("Infer", x, rows)
	l.check("Infer", dst, rows)
	a := l.a.RawRowView(0)
	for i := range rows {
		y := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			y[j] = v + a[j]*v*v
		}
	}
}

// check panics unless m has so many rows and a column for each unit.
func (l *Bend) check(op string, m *mat.Dense, rows int) {
	_, units := l.Dims()
	r, c := m.Dims()
	if c != units {
		panic(&mlp.ShapeError{Op: op, Subject: "a matrix", Got: c, Unit: "columns", Wanting: "Bend takes", Want: units})
	}
	if r != rows {
		panic(&mlp.ShapeError{Op: op, Subject: "a matrix", Got: r, Unit: "rows", Wanting: "Bend takes", Want: rows})
	}
}

func (l *Bend) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	_, units := l.Dims()
	p := &bendPass{layer: l, rows: rows, grads: []*mat.Dense{mat.NewDense(1, units, nil)}}
	for range rows { // a batch may be shorter: a view for each height
		p.y = append(p.y, mat.NewDense(len(p.y)+1, units, nil))
		p.dx = append(p.dx, mat.NewDense(len(p.dx)+1, units, nil))
	}
	return p
}

type bendPass struct {
	layer *Bend
	rows  int
	x     *mat.Dense
	y, dx []*mat.Dense // y[n-1] has n rows
	grads []*mat.Dense
}

func (p *bendPass) Forward(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	p.layer.check("Forward", x, min(rows, p.rows))
	p.x = x
	p.layer.Infer(p.y[rows-1], x)
	return p.y[rows-1]
}

func (p *bendPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	rows, _ := p.x.Dims()
	p.layer.check("Backward", dy, rows)
	a, da := p.layer.a.RawRowView(0), p.grads[0].RawRowView(0)
	clear(da)
	for i := range rows {
		x, dx := p.x.RawRowView(i), p.dx[rows-1].RawRowView(i)
		for j, d := range dy.RawRowView(i) {
			da[j] += d * x[j] * x[j]
			dx[j] = d * (1 + 2*a[j]*x[j])
		}
	}
	if !needDX {
		return nil
	}
	return p.dx[rows-1]
}

func (p *bendPass) Grads() []*mat.Dense { return p.grads }

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

package mlp_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// gains is a layer from outside the package: y = x∘g with a gain g for each
// column, which begins at one.
type gains struct {
	g *mat.Dense // 1 × units
}

func newGains(units int) mlp.Layer {
	g := mat.NewDense(1, units, nil)
	for j := range units {
		g.Set(0, j, 1)
	}
	return &gains{g}
}

func (l *gains) Dims() (inputs, units int) {
	_, units = l.g.Dims()
	return units, units
}

func (l *gains) Params() []mlp.Param { return []mlp.Param{{Name: "gain", Value: l.g}} }

func (l *gains) Infer(dst, x *mat.Dense) {
	rows, _ := x.Dims()
	l.check("Infer", "x", x, rows)
	l.check("Infer", "dst", dst, rows)
	l.scale(dst, x)
}

// scale stores x∘g in dst.
func (l *gains) scale(dst, x *mat.Dense) {
	rows, _ := x.Dims()
	g := l.g.RawRowView(0)
	for i := range rows {
		d := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			d[j] = v * g[j]
		}
	}
}

// check panics unless m has as many rows as wanted and a column for each gain.
func (l *gains) check(op, name string, m *mat.Dense, want int) {
	rows, cols := m.Dims()
	if _, units := l.Dims(); cols != units {
		panic(&mlp.ShapeError{Op: op, Subject: name, Got: cols, Unit: "columns", Wanting: "the layer has", Want: units})
	}
	if rows != want {
		panic(&mlp.ShapeError{Op: op, Subject: name, Got: rows, Unit: "rows", Wanting: "the batch has", Want: want})
	}
}

func (l *gains) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	_, units := l.Dims()
	return &gainsPass{
		layer: l,
		y:     mat.NewDense(rows, units, nil),
		dx:    mat.NewDense(rows, units, nil),
		grads: []*mat.Dense{mat.NewDense(1, units, nil)},
	}
}

type gainsPass struct {
	layer         *gains
	x             *mat.Dense // borrowed from Forward to Backward
	y, dx         *mat.Dense // for the largest batch
	ySome, dxSome mat.Dense  // their first rows, for this one
	grads         []*mat.Dense
}

// first makes view the first rows of m. Unlike m.Slice, it does not allocate.
func first(view, m *mat.Dense, rows int) *mat.Dense {
	raw := m.RawMatrix()
	raw.Rows, raw.Data = rows, raw.Data[:rows*raw.Stride]
	view.SetRawMatrix(raw)
	return view
}

func (p *gainsPass) Grads() []*mat.Dense { return p.grads }

func (p *gainsPass) Forward(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	most, _ := p.y.Dims()
	p.layer.check("Forward", "x", x, min(rows, most))
	p.x = x
	y := first(&p.ySome, p.y, rows)
	p.layer.scale(y, x)
	return y
}

// Backward stores ∂L/∂g = Σ dy∘x over the rows and returns ∂L/∂x = dy∘g.
func (p *gainsPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	rows, _ := p.x.Dims()
	p.layer.check("Backward", "dy", dy, rows)
	p.grads[0].Zero()
	sum := p.grads[0].RawRowView(0)
	for i := range rows {
		x := p.x.RawRowView(i)
		for j, d := range dy.RawRowView(i) {
			sum[j] += float64(d * x[j])
		}
	}
	if !needDX {
		return nil
	}
	dx := first(&p.dxSome, p.dx, rows)
	p.layer.scale(dx, dy)
	return dx
}

// Describe lets Save save the layer, and gainsKind lets Load make it again.
func (l *gains) Describe() mlp.LayerDescription {
	inputs, units := l.Dims()
	return mlp.LayerDescription{Kind: "gains", Inputs: inputs, Units: units}
}

var gainsKind = mlp.LayerKind{
	Name: "gains",
	Size: func(d mlp.LayerDescription) float64 { return float64(d.Units) },
	New:  func(d mlp.LayerDescription) mlp.Layer { return newGains(d.Units) },
}

// A layer of one's own is trained, saved and loaded as those of this package
// are. Its test is
//
//	mlptest.CheckLayer(t, func() mlp.Layer { return newGains(3) })
func ExampleLayer() {
	net, err := mlp.Model([]mlp.Layer{
		newGains(2),
		mlp.Dense(2, 1, mlp.Identity),
	}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	y := mat.NewDense(4, 1, []float64{1, 2, 3, 4})
	opts := mlp.FitOptions{Epochs: 1000, Optimizer: mlp.Adam{LearningRate: 0.05}}
	if _, err := net.Fit(context.Background(), x, y, opts); err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer
	if err := mlp.Save(&file, net); err != nil {
		log.Fatal(err)
	}
	loaded, err := mlp.Load(&file, mlp.WithLayerKinds(gainsKind))
	if err != nil {
		log.Fatal(err)
	}
	yhat, err := loaded.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	for i := range 4 {
		fmt.Printf("%v: %.2f\n", x.RawRowView(i), yhat.At(i, 0))
	}
	// Output:
	// [0 0]: 1.00
	// [0 1]: 2.00
	// [1 0]: 3.00
	// [1 1]: 4.00
}

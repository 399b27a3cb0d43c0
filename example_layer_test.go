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
// column, initialized to one.
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

func (l *gains) Dims() (inputs, units int) { return l.g.RawMatrix().Cols, l.g.RawMatrix().Cols }

func (l *gains) Params() []mlp.Param { return []mlp.Param{{Name: "gain", Value: l.g}} }

func (l *gains) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	l.scale(dst, x)
}

func (l *gains) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Grads: l.grads, Backward: l.backward})
}

// scale stores x∘g in dst.
func (l *gains) scale(dst, x *mat.Dense) {
	g := l.g.RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d := dst.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			d[j] = v * g[j]
		}
	}
}

// grads adds ∂L/∂g = Σ dy∘x over the rows.
func (l *gains) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	dg := grads[0].RawRowView(0)
	for i := range x.RawMatrix().Rows {
		d := dy.RawRowView(i)
		for j, v := range x.RawRowView(i) {
			dg[j] += float64(d[j] * v)
		}
	}
}

// backward stores ∂L/∂x = dy∘g in dx.
func (l *gains) backward(dx, dy, _, _ *mat.Dense) { l.scale(dx, dy) }

// Describe lets Save save the layer, and gainsKind lets Load recreate it.
func (l *gains) Describe() mlp.LayerDescription {
	inputs, units := l.Dims()
	return mlp.LayerDescription{Kind: "gains", Inputs: inputs, Units: units}
}

var gainsKind = mlp.LayerKind{
	Name: "gains",
	Size: func(d mlp.LayerDescription) float64 { return float64(d.Units) },
	New:  func(d mlp.LayerDescription) mlp.Layer { return newGains(d.Units) },
}

// A custom layer is trained, saved and loaded like those of this package. Its
// test is
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

// Own trains a network that has a layer, an activation and a callback of this
// program.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"gonum.org/v1/gonum/mat"
)

// bump is exp(−z²), with its derivative.
var bump = mlp.NewActivation("bump",
	func(z float64) float64 { return math.Exp(-z * z) },
	func(z float64) float64 { return -2 * z * math.Exp(-z*z) })

// gains is the layer y = x∘g, with a gain g for each column, 1×n.
type gains struct{ g *mat.Dense }

func (l gains) Dims() (inputs, units int) { _, n := l.g.Dims(); return n, n }
func (l gains) Params() []mlp.Param       { return []mlp.Param{{Name: "gain", Value: l.g}} }

func (l gains) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	dst.Apply(func(_, j int, v float64) float64 { return v * l.g.At(0, j) }, x)
}

func (l gains) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{
		Grads: func(grads []*mat.Dense, dy, x, _ *mat.Dense) { // ∂L/∂g = Σ dy∘x
			for i := range x.RawMatrix().Rows {
				for j, v := range x.RawRowView(i) {
					grads[0].RawRowView(0)[j] += float64(dy.At(i, j) * v)
				}
			}
		},
		Backward: func(dx, dy, _, _ *mat.Dense) { l.Infer(dx, dy) }, // ∂L/∂x = dy∘g
	})
}

// report is called after each epoch.
func report(e *mlp.Epoch) error {
	fmt.Printf("epoch %d: loss %.4f, accuracy %.3f\n", e.Number, e.Validation.Loss, e.Validation.Score)
	return nil
}

func main() {
	table, err := dataset.ReadTableFile("penguins.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	training := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Classes("species"), Impute: dataset.Median},
		Build: func(d *dataset.Data, seed uint64) (mlp.Network, error) {
			n, k := len(d.Features), len(d.Classes)
			ones := mat.NewDense(1, n, slices.Repeat([]float64{1}, n))
			return mlp.Model([]mlp.Layer{gains{ones}, mlp.Dense(n, 16, bump), mlp.Dense(16, k, mlp.Softmax)},
				mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
		},
		Options:    mlp.FitOptions{Epochs: 6, Optimizer: mlp.Adam{LearningRate: 0.01}, Callbacks: []mlp.Callback{mlp.CallbackFunc(report)}},
		Validation: dataset.HoldOut(0.2),
	}
	if _, err := training.Fit(context.Background(), table); err != nil {
		log.Fatal(err)
	}
}

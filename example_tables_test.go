package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A small RealMLP (Holzmüller, Grinsztajn, Steinwart, Better by Default, 2024)
// for a table of two numbers, which are scaled already, and a category, which has
// a code from 1 to 5. Each kind of parameter has its own factor of the learning
// rate, and a weight decay with the square of that factor. The published network
// has three layers of 256 units and takes 256 epochs.
func Example_realMLP() {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := mat.NewDense(600, 3, nil), mat.NewDense(600, 1, nil)
	for i := range 600 {
		a, b, code := 2*rng.Float64()-1, 2*rng.Float64()-1, 1+rng.IntN(5)
		x.SetRow(i, []float64{a, b, float64(code)})
		y.Set(i, 0, 100+10*math.Sin(5*a)+float64(10*b*float64(code-3))+rng.NormFloat64())
	}
	targets := mlp.NewNormalization(1)
	if err := targets.Adapt(y); err != nil {
		log.Fatal(err)
	}

	const numbers, embedded, units, decay = 2, 8, 64, 0.02
	const inputs = 4*numbers + embedded
	layers := []mlp.Layer{
		mlp.Columns(3,
			mlp.ColumnGroup{Columns: []int{0, 1}, Layer: mlp.PBLD(numbers, 16, 4)},
			mlp.ColumnGroup{Columns: []int{2}, Layer: mlp.Embedding(6, embedded)}),
		mlp.Scale(inputs),
		mlp.NTKDense(inputs, units, mlp.Identity), mlp.ParametricActivation(units, mlp.Mish), mlp.Dropout(units, 0.15),
		mlp.NTKDense(units, units, mlp.Identity), mlp.ParametricActivation(units, mlp.Mish), mlp.Dropout(units, 0.15),
		mlp.NTKDense(units, 1, mlp.Identity),
	}
	if err := mlp.Adapt(layers, x, 1); err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model(layers, mlp.MeanSquaredError, mlp.WithTargetScaling(targets), mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}

	pbld := func(layer int, p mlp.Param) bool { return layer == 0 && strings.HasPrefix(p.Name, "0.") }
	named := func(name string) func(int, mlp.Param) bool {
		return func(_ int, p mlp.Param) bool { return p.Name == name }
	}
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:          64,
		BatchSize:       64,
		DropLast:        true,
		ValidationSplit: 0.2,
		Callbacks:       []mlp.Callback{&mlp.KeepBest{}},
		Optimizer:       mlp.Adam{LearningRate: 0.2, Beta2: 0.95},
		Schedule:        mlp.CosineLog{},
		DropoutSchedule: mlp.FlatCosine{},
		DecaySchedule:   mlp.FlatCosine{},
		WeightDecay:     decay,
		Groups: []mlp.Group{
			{Has: pbld, Rate: 0.1, WeightDecay: 0.1 * decay}, // a decay scales with the rate, here by 0.1 again
			{Has: named("scale"), Rate: 6, WeightDecay: 6 * decay},
			{Has: named("share"), Rate: 0.1, WeightDecay: 0.1 * decay},
			{Has: named("bias"), Rate: 0.1, NoDecay: true},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("R² above 0.95 on validation rows: %t\n", history.Best.Score > 0.95)
	// Output: R² above 0.95 on validation rows: true
}

package trust_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// A network that memorized its training rows is overconfident. A temperature,
// fitted to rows it has not seen, corrects that.
func ExampleFitTemperature() {
	y := mat.NewDense(5, 3, []float64{
		1, 0, 0,
		0, 1, 0,
		0, 1, 0,
		0, 0, 1,
		1, 0, 0,
	})
	p := mat.NewDense(5, 3, []float64{ // what Predict returns
		0.98, 0.01, 0.01,
		0.01, 0.98, 0.01,
		0.01, 0.01, 0.98, // confident, and wrong
		0.01, 0.01, 0.98,
		0.98, 0.01, 0.01,
	})
	temperature, err := trust.FitTemperature(y, p)
	if err != nil {
		log.Fatal(err)
	}
	calibrated, err := temperature.Apply(p)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("temperature %.2f: %.2f\n", temperature, calibrated.RawRowView(0))
	// Output: temperature 2.20: [0.80 0.10 0.10]
}

// Instead of one class, a set that contains the correct one in nine of ten
// cases.
func ExampleFitLAC() {
	y, p := validation()
	sets, err := trust.FitLAC(y, p, 0.9)
	if err != nil {
		log.Fatal(err)
	}
	predicted, err := sets.Classes(mat.NewDense(3, 3, []float64{
		0.95, 0.03, 0.02,
		0.50, 0.45, 0.05,
		0.35, 0.33, 0.32,
	}))
	if err != nil {
		log.Fatal(err)
	}
	for _, set := range predicted {
		fmt.Println(set)
	}
	// Output:
	// [0]
	// [0 1]
	// [0 1 2]
}

// validation returns targets and probabilities of rows that no network was
// trained on.
func validation() (y, p *mat.Dense) { return drawn(rand.New(rand.NewPCG(1, 1)), 500, 3, 1) }

// Instead of one number, an interval that contains the correct one in nine of
// ten cases.
func ExampleFitIntervals() {
	rng := rand.New(rand.NewPCG(1, 1))
	y, yhat := mat.NewDense(1000, 1, nil), mat.NewDense(1000, 1, nil)
	for i := range 1000 {
		yhat.Set(i, 0, 20+5*rng.NormFloat64())
		y.Set(i, 0, yhat.At(i, 0)+rng.NormFloat64())
	}
	intervals, err := trust.FitIntervals(y, yhat, 0.9)
	if err != nil {
		log.Fatal(err)
	}
	lo, hi, err := intervals.Bounds(mat.NewDense(1, 1, []float64{25}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f to %.1f\n", lo.At(0, 0), hi.At(0, 0))
	// Output: 23.3 to 26.7
}

// Which columns does a network use, and how?
func ExamplePermutationImportance() {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := mat.NewDense(300, 3, nil), mat.NewDense(300, 1, nil)
	for i := range 300 {
		for j := range 3 {
			x.Set(i, j, 2*rng.Float64()-1)
		}
		y.Set(i, 0, 2*x.At(i, 0)-x.At(i, 2)) // column 1 has no information
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(3, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	opts := mlp.FitOptions{Epochs: 100, Optimizer: mlp.SGD{LearningRate: 0.1}}
	if _, err := net.Fit(context.Background(), x, y, opts); err != nil {
		log.Fatal(err)
	}

	r2 := func(x, y mat.Matrix) (float64, error) {
		scores, err := net.Evaluate(x, y)
		return scores.Score, err
	}
	importances, err := trust.PermutationImportance(context.Background(), r2, x, y, trust.PermutationOptions{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	for j, v := range importances {
		fmt.Printf("without column %d, R² falls by %.1f\n", j, v.Mean)
	}
	gradients, err := trust.InputGradients(net, x, 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("slopes at row 0: %.1f by column 0, %.1f by column 2\n", gradients.At(0, 0), gradients.At(0, 2))
	means, err := trust.PartialDependence(context.Background(), net.Predict, x, 0, []float64{-1, 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("with -1 in column 0 the mean is %.1f, with 1 it is %.1f\n", means.At(0, 0), means.At(1, 0))
	// Output:
	// without column 0, R² falls by 1.8
	// without column 1, R² falls by 0.0
	// without column 2, R² falls by 0.4
	// slopes at row 0: 2.0 by column 0, -1.0 by column 2
	// with -1 in column 0 the mean is -2.0, with 1 it is 2.0
}

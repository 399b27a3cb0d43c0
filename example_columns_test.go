package mlp_test

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Rents by the size of a flat and its district, which has a code from 1 to 3.
func ExampleColumns() {
	x := mat.NewDense(6, 2, []float64{50, 1, 80, 1, 50, 2, 80, 2, 50, 3, 80, 3})
	y := mat.NewDense(6, 1, []float64{500, 800, 700, 1000, 600, 900})

	size := mlp.NewNormalization(1)
	if err := size.Adapt(x.Slice(0, 6, 0, 1)); err != nil {
		log.Fatal(err)
	}
	rent := mlp.NewNormalization(1)
	if err := rent.Adapt(y); err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{
		mlp.Columns(2,
			mlp.ColumnGroup{Columns: []int{0}, Layer: size},
			mlp.ColumnGroup{Columns: []int{1}, Layer: mlp.Embedding(4, 2)}),
		mlp.Dense(3, 1, mlp.Identity),
	}, mlp.MeanSquaredError, mlp.WithTargetScaling(rent), mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Epochs: 500, Optimizer: mlp.Adam{LearningRate: 0.05}}); err != nil {
		log.Fatal(err)
	}
	rents, err := net.Predict(mat.NewDense(2, 2, []float64{60, 1, 60, 3}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f and %.0f\n", rents.At(0, 0), rents.At(1, 0))

	_, err = net.Predict(mat.NewDense(1, 2, []float64{60, 4}))
	fmt.Println(err)
	// Output:
	// 600 and 700
	// mlp: Predict: x row 0 has 4 in column 1, want a code from 0 to 3
}

package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// embedding is a layer from outside the package whose input is a position in a
// table: y is the row of the table at that position.
type embedding struct {
	table *mat.Dense
	drawn bool
}

func newEmbedding(rows, units int) *embedding {
	return &embedding{table: mat.NewDense(rows, units, nil)}
}

func (l *embedding) Dims() (inputs, units int) { return 1, l.table.RawMatrix().Cols }

func (l *embedding) Params() []mlp.Param { return []mlp.Param{{Name: "table", Value: l.table}} }

// Init draws the table, once.
func (l *embedding) Init(rng *rand.Rand) {
	if !l.drawn {
		mlp.Normal(0, 1)(l.table, rng)
		l.drawn = true
	}
}

// CheckInput refuses what is no position in the table.
func (l *embedding) CheckInput(row []float64) error {
	n := l.table.RawMatrix().Rows
	for i := range n {
		if row[0] == float64(i) {
			return nil
		}
	}
	return fmt.Errorf("has %g in column 0, the table has %d rows", row[0], n)
}

func (l *embedding) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		copy(dst.RawRowView(i), l.table.RawRowView(int(x.At(i, 0))))
	}
}

// NewPass has no formula for ∂L/∂x, which is 0: there is nothing between two
// positions.
func (l *embedding) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Grads: func(grads []*mat.Dense, dy, x, _ *mat.Dense) {
		for i := range x.RawMatrix().Rows {
			g := grads[0].RawRowView(int(x.At(i, 0)))
			for j, d := range dy.RawRowView(i) {
				g[j] += d
			}
		}
	}})
}

// A layer that accepts only some numbers says so before anything is computed.
// Its test says which samples to draw:
//
//	mlptest.Inputs{
//		Draw:     func(row []float64, rng *rand.Rand) { row[0] = float64(rng.IntN(3)) },
//		Discrete: []int{0},
//	}.CheckLayer(t, func() mlp.Layer { return newEmbedding(3, 2) })
func ExampleInputChecker() {
	net, err := mlp.Model([]mlp.Layer{
		newEmbedding(3, 2),
		mlp.Dense(2, 1, mlp.Identity),
	}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	x := mat.NewDense(3, 1, []float64{0, 1, 2})
	y := mat.NewDense(3, 1, []float64{5, 3, 4})
	if _, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Optimizer: mlp.LBFGS{}}); err != nil {
		log.Fatal(err)
	}
	yhat, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", mat.Formatted(yhat.T()))
	x.Set(1, 0, 3)
	_, err = net.Predict(x)
	fmt.Println(err)
	// Output:
	// [5.00  3.00  4.00]
	// mlp: Predict: x row 1 has 3 in column 0, the table has 3 rows
}

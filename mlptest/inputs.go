package mlptest

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Inputs describes the samples that a layer is checked with. The zero value
// draws all numbers from the standard normal distribution, which suits most
// layers. A layer whose input is a position in a table of ten rows is checked
// by
//
//	mlptest.Inputs{
//		Draw:     func(row []float64, rng *rand.Rand) { row[0] = float64(rng.IntN(10)) },
//		Discrete: []int{0},
//	}.CheckLayer(t, newTable)
type Inputs struct {
	// Draw stores the inputs of a sample in row. It must draw random numbers
	// only from rng. nil draws standard normal numbers.
	Draw func(row []float64, rng *rand.Rand)

	// Discrete lists the columns of x with respect to which there is no
	// derivative. Backward must return zeros there.
	Discrete []int
}

// checkColumns ends the check if Discrete has a column that the layer does not
// have.
func (in Inputs) checkColumns(t testing.TB, inputs int) {
	t.Helper()
	for _, j := range in.Discrete {
		if j < 0 || j >= inputs {
			t.Fatalf("Inputs.Discrete has column %d, the layer takes %d columns", j, inputs)
		}
	}
}

// batch returns samples for l, which are the same in every call.
func (in Inputs) batch(l mlp.Layer) *mat.Dense {
	inputs, _ := l.Dims()
	return in.samples(newRand(), batchRows, inputs)
}

// samples returns samples drawn from rng.
func (in Inputs) samples(rng *rand.Rand, rows, inputs int) *mat.Dense {
	if in.Draw == nil {
		return normal(rng, rows, inputs)
	}
	x := mat.NewDense(rows, inputs, nil)
	for i := range rows {
		in.Draw(x.RawRowView(i), rng)
	}
	return x
}

// gradient returns the numeric gradient of f at x, which it leaves unchanged,
// with zeros in discrete columns.
func (in Inputs) gradient(f func() float64, x *mat.Dense) *mat.Dense {
	rows, cols := x.Dims()
	grad := mat.NewDense(rows, cols, nil)
	for j := range cols {
		if slices.Contains(in.Discrete, j) {
			continue
		}
		column := mat.Col(nil, j, x)
		grad.SetCol(j, gradient(func() float64 {
			x.SetCol(j, column)
			return f()
		}, column))
		x.SetCol(j, column)
	}
	return grad
}

// checkInputChecker checks that l accepts the samples x, from several
// goroutines at once, and neither modifies them nor allocates.
func checkInputChecker(t testing.TB, l mlp.InputChecker, x *mat.Dense) {
	t.Helper()
	rows, _ := x.Dims()
	before := mat.DenseCopyOf(x)
	for i := range rows {
		if err := l.CheckInput(x.RawRowView(i)); err != nil {
			t.Fatalf("CheckInput refuses a sample: x row %d %v; Inputs.Draw says which to draw", i, err)
		}
	}
	sameMatrix(t, "x after CheckInput", x, before, 0)
	noAllocs(t, "CheckInput", func() { _ = l.CheckInput(x.RawRowView(0)) })
	var wg sync.WaitGroup
	for range concurrency {
		wg.Go(func() { _ = l.CheckInput(x.RawRowView(0)) })
	}
	wg.Wait()
}

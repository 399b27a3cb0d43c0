package outside_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// Table is the layer whose output is the row of a table at position x. It
// rejects positions outside the table.
type Table struct{ rows *mat.Dense }

func NewTable(rows, units int) *Table { return &Table{mat.NewDense(rows, units, nil)} }

func (l *Table) Dims() (inputs, units int) { return 1, l.rows.RawMatrix().Cols }
func (l *Table) Params() []mlp.Param       { return []mlp.Param{{Name: "rows", Value: l.rows}} }

func (l *Table) CheckInput(row []float64) error {
	n := l.rows.RawMatrix().Rows
	if v := row[0]; v != math.Trunc(v) || v < 0 || v >= float64(n) {
		return fmt.Errorf("has %g in column 0, the table has rows 0 to %d", v, n-1)
	}
	return nil
}

func (l *Table) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		copy(dst.RawRowView(i), l.rows.RawRowView(int(x.At(i, 0))))
	}
}

func (l *Table) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Grads: l.grads})
}

// grads adds each row of dy to the gradient of the corresponding row of the
// table.
func (l *Table) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		floats.Add(grads[0].RawRowView(int(x.At(i, 0))), dy.RawRowView(i))
	}
}

func TestTable(t *testing.T) {
	mlptest.Inputs{
		Draw:     func(row []float64, rng *rand.Rand) { row[0] = float64(rng.IntN(4)) },
		Discrete: []int{0},
	}.CheckLayer(t, func() mlp.Layer {
		l := NewTable(4, 3)
		l.rows.Apply(func(i, j int, _ float64) float64 { return float64(i - 2*j) }, l.rows)
		return l
	})

	x, y := mat.NewDense(20, 1, nil), mat.NewDense(20, 1, nil)
	for i := range 20 {
		x.Set(i, 0, float64(i%4))
		y.Set(i, 0, []float64{3, -1, 4, 1}[i%4])
	}
	net, err := mlp.Model([]mlp.Layer{NewTable(4, 2), mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Fit(t.Context(), x, y, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.1}}); err != nil {
		t.Fatal(err)
	}
	if scores, err := net.Evaluate(x, y); err != nil || scores.Score < 0.99 {
		t.Errorf("after training: %+v, %v", scores, err)
	}
	x.Set(7, 0, 4)
	want := "mlp: Predict: x row 7 has 4 in column 0, the table has rows 0 to 3"
	if _, err := net.Predict(x); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

package mlptest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// shift is a layer of another package that adds an entry of a table to the
// second column of x; its position is in the first column.
type shift struct {
	table    *mat.Dense // 1 × positions
	check    func(row []float64) error
	backward func(dx, dy, x, y *mat.Dense)
}

func newShift() *shift {
	l := &shift{table: mat.NewDense(1, 4, []float64{0.5, -1, 2, 3})}
	l.check = func(row []float64) error {
		if p := row[0]; p != math.Trunc(p) || p < 0 || p > 3 {
			return fmt.Errorf("has %g in column 0, the table has 4 entries", p)
		}
		return nil
	}
	l.backward = func(dx, dy, _, _ *mat.Dense) {
		dx.Zero()
		for i := range dy.RawMatrix().Rows {
			dx.Set(i, 1, dy.At(i, 0))
		}
	}
	return l
}

func (l *shift) Dims() (inputs, units int)          { return 2, 1 }
func (l *shift) Params() []mlp.Param                { return []mlp.Param{{Name: "table", Value: l.table}} }
func (l *shift) CheckInput(row []float64) error     { return l.check(row) }
func (l *shift) position(x *mat.Dense, row int) int { return int(x.At(row, 0)) }

func (l *shift) Infer(dst, x *mat.Dense) {
	mlp.CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		dst.Set(i, 0, x.At(i, 1)+l.table.At(0, l.position(x, i)))
	}
}

func (l *shift) NewPass(rows int, _ *rand.Rand) mlp.Pass {
	return mlp.NewPass(l, rows, mlp.Formulas{Backward: l.backward, Grads: func(grads []*mat.Dense, dy, x, _ *mat.Dense) {
		for i := range x.RawMatrix().Rows {
			p := l.position(x, i)
			grads[0].Set(0, p, grads[0].At(0, p)+dy.At(i, 0))
		}
	}})
}

// kept makes values stored in it escape. faultyCheck guards it, and the rows
// that a faulty CheckInput writes.
var (
	kept        []float64
	faultyCheck sync.Mutex
)

// positions draws samples that shift accepts.
var positions = mlptest.Inputs{Draw: draw, Discrete: []int{0}}

func draw(row []float64, rng *rand.Rand) {
	row[0], row[1] = float64(rng.IntN(4)), rng.NormFloat64()
}

func TestInputs(t *testing.T) {
	positions.CheckLayer(t, func() mlp.Layer { return newShift() })
	dropping := func() mlp.Layer { return mlp.Dropout(2, 0.5) }
	mlptest.Inputs{}.CheckTrainingLayer(t, dropping)
	mlptest.Inputs{Draw: draw}.CheckTrainingLayer(t, dropping)
	expect(t, reports(func(t testing.TB) { positions.CheckTrainingLayer(t, func() mlp.Layer { return newShift() }) }), "is one for CheckLayer")
	expect(t, reports(func(t testing.TB) { mlptest.Inputs{Draw: draw}.CheckLayer(t, dropping) }), "Infer against Forward")
}

func TestMistakesWithInputs(t *testing.T) {
	for _, c := range []struct {
		want   string
		inputs mlptest.Inputs
		spoil  func(l *shift)
	}{
		{"CheckInput refuses a sample: x row 0 has 0.37944549835531083 in column 0, the table has 4 entries; Inputs.Draw says which to draw", mlptest.Inputs{}, nil},
		{"Inputs.Discrete has column 2, the layer takes 2 columns", mlptest.Inputs{Draw: draw, Discrete: []int{0, 2}}, nil},
		{"Inputs.Discrete has column -1, the layer takes 2 columns", mlptest.Inputs{Draw: draw, Discrete: []int{-1}}, nil},
		{"full batch: ∂L/∂x against finite differences: entry 0 is 7, want 0", positions, func(l *shift) {
			right := l.backward
			l.backward = func(dx, dy, x, y *mat.Dense) { right(dx, dy, x, y); dx.Set(0, 0, 7) }
		}},
		{"full batch: ∂L/∂x against finite differences: entry 1 is 7, want 0.379", positions, func(l *shift) {
			right := l.backward
			l.backward = func(dx, dy, x, y *mat.Dense) { right(dx, dy, x, y); dx.Set(0, 1, 7) }
		}},
		{"x after CheckInput: entry ", positions, func(l *shift) {
			l.check = func(row []float64) error {
				faultyCheck.Lock()
				defer faultyCheck.Unlock()
				row[0] = 0
				return nil
			}
		}},
		{"CheckInput: 1 allocations, want none", positions, func(l *shift) {
			l.check = func(row []float64) error {
				faultyCheck.Lock()
				defer faultyCheck.Unlock()
				kept = slices.Clone(row)
				return nil
			}
		}},
	} {
		got := reports(func(t testing.TB) {
			c.inputs.CheckLayer(t, func() mlp.Layer {
				l := newShift()
				if c.spoil != nil {
					c.spoil(l)
				}
				return l
			})
		})
		expect(t, got, c.want)
	}
}

package mlp

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// Rows are gathered in their order, on one core and on several.
func TestGathering(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const cols = 1000
	x := mat.NewDense(40, cols, nil)
	for i := range x.RawMatrix().Data {
		x.RawMatrix().Data[i] = float64(i)
	}
	team := kernel.NewTeam(2)
	defer team.Close()
	var wide gathering
	var narrow gathering32
	for _, n := range []int{1, 15, 16, 17, 39, 40} { // from 17 rows on, there are enough to share
		rows := rng.Perm(40)[:n]
		got := wide.gather(team, x, rows)
		got32 := newMatrix32(n, cols, make([]float32, n*cols))
		narrow.gather(team, got32, x, rows)
		if r, c := got.Dims(); r != n || c != cols {
			t.Fatalf("%d rows: the batch is %d×%d", n, r, c)
		}
		for i, r := range rows {
			if !slices.Equal(got.RawRowView(i), x.RawRowView(r)) {
				t.Errorf("%d rows: row %d is not row %d of x", n, i, r)
			}
			if !slices.Equal(row32(got32.Data, i, cols), narrowed(nil, x.RawRowView(r))) {
				t.Errorf("%d rows: row %d is not row %d of x in single precision", n, i, r)
			}
		}
	}
}

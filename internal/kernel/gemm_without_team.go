package kernel

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// MulBias is [Team.MulBias] on the calling goroutine. It is safe for
// concurrent use.
func MulBias(p Product, c, a, b blas64.General, bias []float64) {
	t := teamsOfOne.Get().(*Team)
	t.MulBias(p, c, a, b, bias)
	teamsOfOne.Put(t)
}

// teamsOfOne holds teams for callers that have none.
var teamsOfOne = sync.Pool{New: func() any { return NewTeam(1) }}

// RowMulBias is [MulBias] for an NN product of one row, c = a·B + bias, without
// the overhead that matters for small matrices.
func RowMulBias(c, a []float64, b blas64.General, bias []float64) {
	if _, ok := blas64.Implementation().(gonum.Implementation); !ok || len(a) != b.Rows || len(c) != b.Cols ||
		len(c) == 0 || !holds(&b) || bias != nil && len(bias) != len(c) {
		MulBias(NN, row(c), row(a), b, bias)
		return
	}
	var g product // see multiply
	g.k = len(a)
	g.a, g.csa = a, 1
	g.b, g.rsb, g.csb = b.Data, b.Stride, 1
	g.c, g.d = c, bias
	g.compute(nil, 0, 1, 0, len(c)) // a row needs no buffer
}

// row returns x as a matrix with one row.
func row(x []float64) blas64.General {
	return blas64.General{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}

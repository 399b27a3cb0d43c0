package kernel

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulBias is [Team.MulBias] on the calling goroutine. It is safe for
// concurrent use.
func MulBias(p Product, c, a, b blas64.General, bias []float64) {
	mulBias(p, g64(&c), g64(&a), g64(&b), bias)
}

// MulBias32 is [MulBias] in float32.
func MulBias32(p Product, c, a, b blas32.General, bias []float32) {
	mulBias(p, g32(&c), g32(&a), g32(&b), bias)
}

func mulBias[T float](p Product, c, a, b *general[T], bias []T) {
	t := teamsOfOne.Get().(*Team)
	multiplierOf[T](t).multiplyBias(p, c, a, b, bias)
	teamsOfOne.Put(t)
}

// teamsOfOne holds teams for callers that have none.
var teamsOfOne = sync.Pool{New: func() any { return NewTeam(1) }}

// RowMulBias is [MulBias] or [MulBias32] for an NN product of one row,
// c = a·B + bias, without the overhead that matters for small matrices. B has
// len(a) rows of len(c) numbers without gaps.
func RowMulBias[T float](c, a, b, bias []T) {
	k, n := len(a), len(c)
	if foreignBLAS[T]() || n == 0 || len(b) != k*n || bias != nil && len(bias) != n {
		mulBias(NN, row(c), row(a), &general[T]{Rows: k, Cols: n, Stride: n, Data: b}, bias)
		return
	}
	if smallRow(c, a, b, bias) {
		return
	}
	var g product[T] // see multiply
	g.k = k
	g.a, g.csa = a, 1
	g.b, g.rsb, g.csb = b, n, 1
	g.c, g.d = c, bias
	g.compute(nil, 0, 1, 0, n) // a row needs no buffer
}

// row returns x as a matrix with one row.
func row[T float](x []T) *general[T] {
	return &general[T]{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}

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

// RowMulBias is [MulBias] for an NN product of one row, c = a·B + bias, without
// the overhead that matters for small matrices.
func RowMulBias(c, a []float64, b blas64.General, bias []float64) {
	rowMulBias(c, a, *g64(&b), bias)
}

// RowMulBias32 is [RowMulBias] in float32.
func RowMulBias32(c, a []float32, b blas32.General, bias []float32) {
	rowMulBias(c, a, *g32(&b), bias)
}

// rowMulBias implements [RowMulBias]. It gets b by value because the compiler,
// which inlines RowMulBias in other packages, would allocate b for a pointer.
func rowMulBias[T float](c, a []T, b general[T], bias []T) {
	if foreignBLAS[T]() || len(a) != b.Rows || len(c) != b.Cols ||
		len(c) == 0 || !holds(&b) || bias != nil && len(bias) != len(c) {
		mulBias(NN, row(c), row(a), &b, bias)
		return
	}
	var g product[T] // see multiply
	g.k = len(a)
	g.a, g.csa = a, 1
	g.b, g.rsb, g.csb = b.Data, b.Stride, 1
	g.c, g.d = c, bias
	g.compute(nil, 0, 1, 0, len(c)) // a row needs no buffer
}

// row returns x as a matrix with one row.
func row[T float](x []T) *general[T] {
	return &general[T]{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}

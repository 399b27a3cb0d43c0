// Package kernel holds the arithmetic that networks spend their time in.
//
// Matrices are row-major blas64.General values with any stride. The products
// run on the BLAS chosen with blas64.Use, gonum's own unless the program says
// otherwise. No function keeps its arguments; all of them may run
// concurrently on different destinations.
package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulBias stores a·b in c and adds bias to every row; a nil bias adds nothing.
// a is m×k, b is k×n, c is m×n, bias has n entries. c must not overlap a or b.
func MulBias(c, a, b blas64.General, bias []float64) {
	if bias == nil {
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c)
		return
	}
	for i := range c.Rows {
		copy(c.Data[i*c.Stride:i*c.Stride+c.Cols], bias)
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 1, c)
}

// MulTN stores aᵀ·b in c: a is k×m, b is k×n, c is m×n. c must not overlap a
// or b.
func MulTN(c, a, b blas64.General) {
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, a, b, 0, c)
}

// MulNT stores a·bᵀ in c: a is m×k, b is n×k, c is m×n. c must not overlap a
// or b.
func MulNT(c, a, b blas64.General) {
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, a, b, 0, c)
}

// ColSums stores the sum over the rows of each column of a in dst, which has
// one entry a column.
func ColSums(dst []float64, a blas64.General) {
	clear(dst)
	for i := range a.Rows {
		for j, v := range a.Data[i*a.Stride : i*a.Stride+a.Cols] {
			dst[j] += v
		}
	}
}

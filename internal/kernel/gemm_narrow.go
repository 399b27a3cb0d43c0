package kernel

import (
	"fmt"
	"sync"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulBiasNarrow computes C = A·B + 1·biasᵀ with the bits of [MulBias32] for B
// and bias rounded to float32. It rounds some rows of B at a time, which stay in
// the cache, and so takes less time than rounding all of B first if A has only a
// few rows. It is safe for concurrent use.
func MulBiasNarrow(c, a blas32.General, b blas64.General, bias []float64) {
	if a.Cols != b.Rows || c.Rows != a.Rows || c.Cols != b.Cols || bias != nil && len(bias) != c.Cols {
		panic(fmt.Sprintf("kernel: MulBiasNarrow: c is %d×%d, a %d×%d, b %d×%d, bias has length %d",
			c.Rows, c.Cols, a.Rows, a.Cols, b.Rows, b.Cols, len(bias)))
	}
	s := narrowed.Get().(*[narrowLen]float32)
	defer narrowed.Put(s)
	for lo := 0; lo < c.Cols; lo += len(s) {
		cols := min(len(s), c.Cols-lo)
		part := blas32.General{Rows: c.Rows, Cols: cols, Stride: c.Stride, Data: c.Data[lo:]}
		for i := range part.Rows {
			row := part.Data[i*part.Stride:][:cols]
			if bias == nil {
				clear(row)
			} else {
				Narrow(row, bias[lo:lo+cols])
			}
		}
		for p := 0; p < b.Rows; {
			rows := min(len(s)/cols, b.Rows-p)
			if cols == b.Stride {
				Narrow(s[:rows*cols], b.Data[p*cols:][:rows*cols])
			} else {
				for i := range rows {
					Narrow(s[i*cols:][:cols], b.Data[(p+i)*b.Stride+lo:][:cols])
				}
			}
			t := teamsOfOne.Get().(*Team)
			t.MulAdd32(NN, part,
				blas32.General{Rows: a.Rows, Cols: rows, Stride: a.Stride, Data: a.Data[p:]},
				blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: s[:]})
			teamsOfOne.Put(t)
			p += rows
		}
	}
}

// narrowLen numbers of B fit into the first-level cache.
const narrowLen = 4096

var narrowed = sync.Pool{New: func() any { return new([narrowLen]float32) }}

package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
)

// MulBiasAhead gives the bits of MulBias32, whatever is ahead.
func TestMulBiasAhead(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	matrix := func(rows, cols int) blas32.General {
		x := blas32.General{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]float32, rows*(cols+1))}
		for i := range x.Data {
			x.Data[i] = rng.Float32() - 0.5
		}
		return x
	}
	for _, m := range []int{1, 2, 25, 130} {
		for _, k := range []int{1, 3, 90} {
			for _, n := range []int{1, 17, 70} {
				a, b, bias := matrix(m, k), matrix(k, n), matrix(1, n).Data[:n]
				want := matrix(m, n)
				MulBias32(NN, want, a, b, bias)
				for _, ahead := range [][]float64{nil, {}, make([]float64, 3), make([]float64, 5000)} {
					got := blas32.General{Rows: m, Cols: n, Stride: want.Stride, Data: append([]float32(nil), want.Data...)}
					for i := range m {
						clear(got.Data[i*got.Stride:][:n])
					}
					MulBiasAhead(got, a, b, bias, ahead)
					for i, v := range want.Data {
						if math.Float32bits(v) != math.Float32bits(got.Data[i]) {
							t.Fatalf("%d×%d×%d, %d numbers ahead: element %d is %g, want %g", m, k, n, len(ahead), i, got.Data[i], v)
						}
					}
				}
			}
		}
	}
}

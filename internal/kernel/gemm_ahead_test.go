package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// Whatever is ahead, the bits are those of MulBias.
func TestMulBiasAhead(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	matrix := func(rows, cols int) (blas64.General, blas32.General) {
		x := blas64.General{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]float64, rows*(cols+1))}
		y := blas32.General{Rows: rows, Cols: cols, Stride: cols + 1, Data: make([]float32, rows*(cols+1))}
		for i := range x.Data {
			x.Data[i] = rng.NormFloat64()
		}
		Narrow(y.Data, x.Data)
		return x, y
	}
	for _, m := range []int{1, 2, 25, 130} {
		for _, k := range []int{1, 3, 90} {
			for _, n := range []int{1, 17, 70} {
				a, a32 := matrix(m, k)
				b, b32 := matrix(k, n)
				bias, bias32 := matrix(1, n)
				want, want32 := matrix(m, n)
				got, got32 := want, want32
				before, before32 := slices.Clone(want.Data), slices.Clone(want32.Data)
				MulBias(NN, want, a, b, bias.Data[:n])
				MulBias32(NN, want32, a32, b32, bias32.Data[:n])
				for _, ahead := range [][]float64{nil, {}, make([]float64, 3), make([]float64, 5000)} {
					got.Data, got32.Data = slices.Clone(before), slices.Clone(before32)
					MulBiasAhead(got, a, b, bias.Data[:n], ahead)
					MulBiasAhead32(got32, a32, b32, bias32.Data[:n], ahead)
					if !slices.Equal(got.Data, want.Data) || !slices.Equal(got32.Data, want32.Data) {
						t.Fatalf("%d×%d×%d, %d numbers ahead: other products", m, k, n, len(ahead))
					}
				}
			}
		}
	}
}

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulBiasNarrow gives the bits of MulBias32 on rounded factors.
func TestMulBiasNarrow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, m := range []int{1, 2, 7, 63} {
		for _, k := range []int{1, 5, 90} {
			for _, n := range []int{1, 3, 64, 130, narrowLen, narrowLen + 9} {
				a := blas32.General{Rows: m, Cols: k, Stride: k + 1, Data: make([]float32, m*(k+1))}
				b := blas64.General{Rows: k, Cols: n, Stride: n + m%2, Data: make([]float64, k*(n+m%2))}
				b32 := blas32.General{Rows: k, Cols: n, Stride: b.Stride, Data: make([]float32, len(b.Data))}
				bias, bias32 := make([]float64, n), make([]float32, n)
				for i := range a.Data {
					a.Data[i] = rng.Float32() - 0.5
				}
				for i := range b.Data {
					b.Data[i] = rng.NormFloat64()
				}
				for i := range bias {
					bias[i] = rng.NormFloat64()
				}
				Narrow(b32.Data, b.Data)
				Narrow(bias32, bias)
				got := blas32.General{Rows: m, Cols: n, Stride: n + 2, Data: make([]float32, m*(n+2))}
				want := blas32.General{Rows: m, Cols: n, Stride: n + 2, Data: make([]float32, m*(n+2))}
				for _, with := range []bool{true, false} {
					if with {
						MulBiasNarrow(got, a, b, bias)
						MulBias32(NN, want, a, b32, bias32)
					} else {
						MulBiasNarrow(got, a, b, nil)
						MulBias32(NN, want, a, b32, nil)
					}
					for i, v := range want.Data {
						if math.Float32bits(v) != math.Float32bits(got.Data[i]) {
							t.Fatalf("%d×%d×%d, bias %t: element %d is %g, want %g", m, k, n, with, i, got.Data[i], v)
						}
					}
				}
			}
		}
	}
}

func TestMulBiasNarrowPanics(t *testing.T) {
	defer func() {
		const want = "kernel: MulBiasNarrow: c is 2×3, a 2×4, b 5×3, bias has length 0"
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}()
	MulBiasNarrow(blas32.General{Rows: 2, Cols: 3}, blas32.General{Rows: 2, Cols: 4}, blas64.General{Rows: 5, Cols: 3}, nil)
}

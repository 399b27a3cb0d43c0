package kernel

import (
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulBiasAhead is [MulBias] of NN. Where the CPU can, it fetches the numbers that
// the caller is going to use next into the cache while it computes.
func MulBiasAhead(c, a, b blas64.General, bias, ahead []float64) {
	mulBiasAhead(g64(&c), g64(&a), g64(&b), bias, ahead)
}

// MulBiasAhead32 is [MulBiasAhead] in float32, but for what is ahead.
func MulBiasAhead32(c, a, b blas32.General, bias []float32, ahead []float64) {
	mulBiasAhead(g32(&c), g32(&a), g32(&b), bias, ahead)
}

func mulBiasAhead[T float](c, a, b *general[T], bias []T, ahead []float64) {
	t := teamsOfOne.Get().(*Team)
	x := multiplierOf[T](t)
	x.ahead = ahead
	x.multiplyBias(NN, c, a, b, bias)
	x.ahead = nil
	teamsOfOne.Put(t)
}

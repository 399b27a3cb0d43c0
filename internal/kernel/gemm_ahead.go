package kernel

import "gonum.org/v1/gonum/blas/blas32"

// MulBiasAhead is [MulBias32] of NN. Where the CPU can, it fetches the numbers that
// the caller is going to use next into the cache while it computes.
func MulBiasAhead(c, a, b blas32.General, bias []float32, ahead []float64) {
	t := teamsOfOne.Get().(*Team)
	t.f32.ahead = ahead
	t.MulBias32(NN, c, a, b, bias)
	t.f32.ahead = nil
	teamsOfOne.Put(t)
}

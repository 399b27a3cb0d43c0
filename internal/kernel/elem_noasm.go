//go:build !amd64 || noasm

package kernel

// Each of these functions reports whether it has done the work, or how many
// elements it has done.

func expAsm(dst, src []float64) bool                               { return false }
func sigmoidAsm(dst, src []float64) bool                           { return false }
func sigmoidGradAsm(dz, dy, z []float64) bool                      { return false }
func tanhAsm(dst, src []float64) bool                              { return false }
func tanhGradAsm(dz, dy, z []float64) bool                         { return false }
func reluAsm(dst, src []float64) bool                              { return false }
func reluGradAsm(dz, dy, z []float64) bool                         { return false }
func softmaxRowsAsm(y, z []float64, cols int) bool                 { return false }
func momentumAsm(w, grad, v []float64, minusRate, mu float64) bool { return false }
func nesterovAsm(w, grad, v []float64, minusRate, mu float64) bool { return false }
func scaleAsm(x []float64, a float64) bool                         { return false }
func axpyAsm(y, x []float64, a float64) bool                       { return false }
func scanAsm(x []float64, nonzero *[8]uint64) int                  { return 0 }
func squaresAsm(x []float64, sums *[8]float64) int                 { return 0 }
func adamAsm(w, grad, m, v []float64, beta1, rest1, beta2, rest2, minusRate, rootScale, epsilon float64) bool {
	return false
}

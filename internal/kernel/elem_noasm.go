//go:build !amd64 || noasm

package kernel

// Each of these functions reports whether it has done the work, or how many
// elements it has done.

func expAsm(dst, src []float64) bool                                { return false }
func sigmoidAsm(dst, src []float64) bool                            { return false }
func sigmoidGradAsm(dz, dy, z []float64) bool                       { return false }
func tanhAsm(dst, src []float64) bool                               { return false }
func tanhGradAsm(dz, dy, z []float64) bool                          { return false }
func eluAsm(dst, src []float64, slope, depth, width float64) bool   { return false }
func mishAsm(dst, src []float64) bool                               { return false }
func mishGradAsm(dz, dy, z []float64) bool                          { return false }
func geluAsm(dst, src []float64) bool                               { return false }
func geluGradAsm(dz, dy, z []float64) bool                          { return false }
func sinCosTurnsAsm(sin, cos, x []float64) bool                     { return false }
func siluAsm(dst, src []float64) bool                               { return false }
func siluGradAsm(dz, dy, z []float64) bool                          { return false }
func geluTanhAsm(dst, src []float64) bool                           { return false }
func geluTanhGradAsm(dz, dy, z []float64) bool                      { return false }
func softplusAsm(dst, src []float64) bool                           { return false }
func softplusGradAsm(dz, dy, z []float64) bool                      { return false }
func leakyReluAsm(dst, src []float64, slope float64) bool           { return false }
func leakyReluGradAsm(dz, dy, z []float64, slope float64) bool      { return false }
func reluAsm(dst, src []float64) bool                               { return false }
func reluGradAsm(dz, dy, z []float64) bool                          { return false }
func reluGradOuterAsm(dz, a, b, z []float64) bool                   { return false }
func softmaxRowsAsm(y, z []float64, cols int) bool                  { return false }
func momentumAsm(w, grad, v []float64, minusRate, mu float64) bool  { return false }
func nesterovAsm(w, grad, v []float64, minusRate, mu float64) bool  { return false }
func scaleAsm(x []float64, a float64) bool                          { return false }
func mulElemAsm(dst, x, y []float64) bool                           { return false }
func addMulElemAsm(dst, x, y []float64) bool                        { return false }
func scaleShiftAsm(y, x, scale, shift []float64) bool               { return false }
func scaleShiftGradAsm(dscale, dshift, dy, x, scale []float64) bool { return false }
func axpyAsm(y, x []float64, a float64) bool                        { return false }
func scanAsm(x []float64, nonzero *[8]uint64) int                   { return 0 }
func squaresAsm(x []float64, sums *[8]float64) int                  { return 0 }
func eluGradAsm(dz, dy, z []float64, slope, steepness, width float64) bool {
	return false
}
func adamAsm(w, grad, m, v []float64, beta1, rest1, beta2, rest2, minusRate, rootScale, epsilon float64) bool {
	return false
}

func sigmoidAsmF32(dst, src []float32) bool                          { return false }
func sigmoidGradAsmF32(dz, dy, z []float32) bool                     { return false }
func tanhAsmF32(dst, src []float32) bool                             { return false }
func tanhGradAsmF32(dz, dy, z []float32) bool                        { return false }
func siluAsmF32(dst, src []float32) bool                             { return false }
func siluGradAsmF32(dz, dy, z []float32) bool                        { return false }
func mishAsmF32(dst, src []float32) bool                             { return false }
func mishGradAsmF32(dz, dy, z []float32) bool                        { return false }
func geluAsmF32(dst, src []float32) bool                             { return false }
func geluGradAsmF32(dz, dy, z []float32) bool                        { return false }
func eluAsmF32(dst, src []float32, slope, depth, width float64) bool { return false }
func eluGradAsmF32(dz, dy, z []float32, slope, steepness, width float64) bool {
	return false
}
func geluTanhAsmF32(dst, src []float32) bool                               { return false }
func geluTanhGradAsmF32(dz, dy, z []float32) bool                          { return false }
func softplusAsmF32(dst, src []float32) bool                               { return false }
func softplusGradAsmF32(dz, dy, z []float32) bool                          { return false }
func softsignAsmF32(dst, src []float32) bool                               { return false }
func softsignGradAsmF32(dz, dy, z []float32) bool                          { return false }
func hardSwishAsmF32(dst, src []float32) bool                              { return false }
func hardSwishGradAsmF32(dz, dy, z []float32) bool                         { return false }
func leakyReluAsmF32(dst, src []float32, slope float64) bool               { return false }
func leakyReluGradAsmF32(dz, dy, z []float32, slope float64) bool          { return false }
func clippedLineAsmF32(dst, src []float32, a, b, lo, hi float64) bool      { return false }
func clippedLineGradAsmF32(dz, dy, z []float32, a, b, lo, hi float64) bool { return false }
func reluAsmF32(dst, src []float32) bool                                   { return false }
func reluGradAsmF32(dz, dy, z []float32) bool                              { return false }
func reluGradOuterAsmF32(dz, a, b, z []float32) bool                       { return false }
func momentumAsmF32(w, grad, v []float32, minusRate, mu float64) bool      { return false }
func nesterovAsmF32(w, grad, v []float32, minusRate, mu float64) bool      { return false }
func scaleAsmF32(x []float32, a float64) bool                              { return false }
func mulElemAsmF32(dst, x, y []float32) bool                               { return false }
func addMulElemAsmF32(dst, x, y []float32) bool                            { return false }
func scaleShiftAsmF32(y, x, scale, shift []float32) bool                   { return false }
func scaleShiftGradAsmF32(dscale, dshift, dy, x, scale []float32) bool     { return false }
func axpyAsmF32(y, x []float32, a float64) bool                            { return false }
func scanAsmF32(x []float32, nonzero *[8]uint64) int                       { return 0 }
func adamAsmF32(w, grad, m, v []float32, beta1, rest1, beta2, rest2, minusRate, rootScale, epsilon float64) bool {
	return false
}

func narrowAsm(dst []float32, src []float64, nonzero *[4]uint64) int { return 0 }
func widenAsm(dst []float64, src []float32) int                      { return 0 }

func dropAsm(y, mask, x []float64, g *PCG, least uint64, kept float64) int    { return 0 }
func dropAsmF32(y, mask, x []float32, g *PCG, least uint64, kept float32) int { return 0 }

package kernel

import "fmt"

// ReLUGradOuter computes what [ReLUGrad] does for the outer product of a and b,
// where there is assembly without storing that: dz and z are matrices of
// len(a)×len(b) numbers without gaps that do not overlap, and dz[i,j] is +0 where
// z[i,j] <= 0 and fma(a[i], b[j], 0) elsewhere, the element of an NT product.
func ReLUGradOuter[T float](dz, a, b, z []T) {
	n := len(b)
	if len(dz) != len(a)*n {
		panic(fmt.Sprintf("kernel: ReLUGradOuter: dz has length %d, a and b have %d and %d", len(dz), len(a), n))
	}
	checkLen("ReLUGradOuter", "dz", len(dz), "z", len(z))
	if len(dz) == 0 || reluGradOuter(dz, a, b, z) {
		return
	}
	mulBias(NT, &general[T]{len(a), n, dz, n}, oneColumn(a), oneColumn(b), nil)
	reluGrad(dz, dz, z)
}

// reluGradOuter reports whether there is assembly that has computed dz.
func reluGradOuter[T float](dz, a, b, z []T) (done bool) {
	if sizeOf[T]() == 4 {
		return reluGradOuterAsmF32(cast[float32](dz), cast[float32](a), cast[float32](b), cast[float32](z))
	}
	return reluGradOuterAsm(cast[float64](dz), cast[float64](a), cast[float64](b), cast[float64](z))
}

// reluGrad is ReLUGrad or ReLUGrad32.
func reluGrad[T float](dz, dy, z []T) {
	if sizeOf[T]() == 4 {
		ReLUGrad32(cast[float32](dz), cast[float32](dy), cast[float32](z))
		return
	}
	ReLUGrad(cast[float64](dz), cast[float64](dy), cast[float64](z))
}

// oneColumn is a matrix of one column.
func oneColumn[T float](x []T) *general[T] { return &general[T]{len(x), 1, x, 1} }

package mlp

import (
	"unsafe"

	"gonum.org/v1/gonum/blas/blas64"
)

// overlap reports whether two matrices have an entry in common.
func overlap(a, b blas64.General) bool {
	if len(a.Data) == 0 || len(b.Data) == 0 {
		return false
	}
	const size = unsafe.Sizeof(a.Data[0])
	start, other := uintptr(unsafe.Pointer(&a.Data[0])), uintptr(unsafe.Pointer(&b.Data[0]))
	if start > other {
		a, b, start, other = b, a, other, start
	}
	distance := int((other - start) / size)
	if distance >= len(a.Data) {
		return false
	}
	if a.Stride != b.Stride {
		return true // at least their memory is interleaved
	}
	// Views of one matrix: the first column of b, counted from that of a.
	column := distance % a.Stride
	return column < a.Cols || column+b.Cols > a.Stride
}

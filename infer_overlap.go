package mlp

import (
	"unsafe"

	"gonum.org/v1/gonum/blas/blas64"
)

// overlapSlices reports whether two slices have an entry in common.
func overlapSlices(a, b []float64) bool {
	d := distance(a, b)
	return len(a) > 0 && len(b) > 0 && d < len(a) && -d < len(b)
}

// overlap reports whether two matrices have an entry in common.
func overlap(a, b blas64.General) bool {
	if !overlapSlices(a.Data, b.Data) {
		return false
	}
	if a.Stride != b.Stride {
		return true // at least their memory is interleaved
	}
	d := distance(a.Data, b.Data)
	if d < 0 {
		a, b, d = b, a, -d
	}
	// Views of one matrix: the first column of b, counted from that of a.
	column := d % a.Stride
	return column < a.Cols || column+b.Cols > a.Stride
}

// distance returns the number of entries from the start of a to that of b.
func distance(a, b []float64) int {
	start, other := uintptr(unsafe.Pointer(unsafe.SliceData(a))), uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	return int(other-start) / int(unsafe.Sizeof(0.0))
}

package kernel

import "unsafe"

// float is a type of element.
type float interface{ float32 | float64 }

// sizeOf returns the size of an element in bytes. Generic functions tell the
// types apart by it, because the compiler then drops the code for the other.
func sizeOf[T float]() int { return int(unsafe.Sizeof(T(0))) }

// cast returns x, whose elements have the type To, as sizeOf has told.
func cast[To, T float](x []T) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// ones returns the number one, in a slice.
func ones[T float]() []T {
	if sizeOf[T]() == 4 {
		return unsafe.Slice((*T)(unsafe.Pointer(&one32)), 1)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&one64)), 1)
}

var (
	one32 float32 = 1
	one64 float64 = 1
)

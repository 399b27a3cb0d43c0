package kernel

import "unsafe"

// PCG is the generator of rand.PCG, eight numbers at a time: the states of the
// next eight numbers, and the factor and the term by which the eighth state after
// one is found, all modulo 2¹²⁸.
type PCG struct {
	Hi, Lo         [8]uint64
	StepHi, StepLo uint64
	AddHi, AddLo   uint64
}

// Drop draws a number for each element of mask, which becomes 0 if the low 53 bits
// of the number are below least, else kept, and computes y[i] = mask[i]·x[i]. It
// does so for the first elements only, a multiple of eight, and returns how many:
// none where the CPU has no instructions with which it is faster than Go.
func Drop[T float](y, mask, x []T, g *PCG, least uint64, kept T) int {
	checkLen("Drop", "y", len(y), "mask", len(mask))
	checkLen("Drop", "y", len(y), "x", len(x))
	if sizeOf[T]() == 4 {
		return dropAsmF32(cast[float32](y), cast[float32](mask), cast[float32](x), g, least, float32(kept))
	}
	return dropAsm(cast[float64](y), cast[float64](mask), cast[float64](x), g, least, float64(kept))
}

// cast returns x, whose elements have the type To.
func cast[To, T float](x []T) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

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

// Mask draws a number for each element of dst, which becomes 0 if the low 53 bits
// of the number are below least, else kept. It does so for the first elements
// only, a multiple of eight, and returns how many: none where the CPU has no
// instructions with which it is faster than Go.
func Mask[T float](dst []T, g *PCG, least uint64, kept T) int {
	if sizeOf[T]() == 4 {
		return maskAsmF32(unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(dst))), len(dst)), g, least, float32(kept))
	}
	return maskAsm(unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(dst))), len(dst)), g, least, float64(kept))
}

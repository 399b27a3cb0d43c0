package kernel

// PCG is the generator of rand.PCG, eight numbers at a time. States, factor and
// term are halves of numbers of 128 bits.
type PCG struct {
	Hi, Lo             [8]uint64 // the states of the next eight numbers
	FactorHi, FactorLo uint64    // the eighth state after x is factor·x + term
	TermHi, TermLo     uint64
}

// Drop draws a number for each element of mask, which becomes 0 if the low 53 bits
// of the number are below least, else kept, and computes y[i] = mask[i]·x[i]. It
// does so for the first elements only, a multiple of eight, returns how many, and
// leaves the states of the eight numbers after those in g. It does nothing where
// the CPU has no instructions with which it is faster than Go.
func Drop[T float](y, mask, x []T, g *PCG, least uint64, kept T) int {
	checkLen("Drop", "y", len(y), "mask", len(mask))
	checkLen("Drop", "y", len(y), "x", len(x))
	if sizeOf[T]() == 4 {
		return dropAsmF32(cast[float32](y), cast[float32](mask), cast[float32](x), g, least, float32(kept))
	}
	return dropAsm(cast[float64](y), cast[float64](mask), cast[float64](x), g, least, float64(kept))
}

package kernel

// An ISA is an instruction set for which this package has code.
type ISA int

const (
	Generic ISA = iota // Go alone
	AVX2               // AVX2 and FMA
	AVX512             // AVX-512 F, BW, DQ and VL
)

// String returns the name of the instruction set.
func (s ISA) String() string {
	switch s {
	case AVX512:
		return "AVX512"
	case AVX2:
		return "AVX2"
	}
	return "Generic"
}

// bestISA is the best instruction set of this CPU. It has all the lesser ones
// too.
var bestISA = detectISA()

// isa is the instruction set in use. Only tests change it.
var isa = bestISA

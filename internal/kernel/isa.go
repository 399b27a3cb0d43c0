package kernel

// An ISA is an instruction set for which this package has code.
type ISA int

const (
	Generic ISA = iota // Go alone
	AVX2               // AVX2 and FMA
	AVX512             // AVX-512 F, BW, DQ and VL
	NEON               // the vectors of arm64, which all its CPUs have
)

// String returns the name of the instruction set.
func (s ISA) String() string {
	switch s {
	case AVX512:
		return "AVX512"
	case AVX2:
		return "AVX2"
	case NEON:
		return "NEON"
	}
	return "Generic"
}

// supported lists the instruction sets that this CPU supports, the best one
// last.
var supported = detectISAs()

// isa is the instruction set in use. Only tests change it.
var isa = supported[len(supported)-1]

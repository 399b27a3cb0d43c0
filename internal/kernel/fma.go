package kernel

import (
	"math"
	"runtime"

	"golang.org/x/sys/cpu"
)

// alwaysFMA says that every CPU of the architecture has the fused multiply-add,
// and that the compiler turns math.FMA into it.
const alwaysFMA = runtime.GOARCH == "arm64" || runtime.GOARCH == "loong64" ||
	runtime.GOARCH == "ppc64" || runtime.GOARCH == "ppc64le" ||
	runtime.GOARCH == "riscv64" || runtime.GOARCH == "s390x"

// hasFMA says whether math.FMA is an instruction here.
var hasFMA = alwaysFMA || runtime.GOARCH == "amd64" && cpu.X86.HasFMA

// fma returns x·y + z, rounded once where the hardware can do that. Long loops
// test hasFMA once instead and call math.FMA themselves.
func fma(x, y, z float64) float64 {
	if alwaysFMA || hasFMA {
		return math.FMA(x, y, z)
	}
	return float64(x*y) + z // the conversion forbids the compiler to fuse
}

// HasFMA reports whether the hardware has the fused multiply-add, and so
// whether the results of this package are those of other machines.
func HasFMA() bool { return hasFMA }

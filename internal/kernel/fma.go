package kernel

import (
	"math"
	"runtime"

	"golang.org/x/sys/cpu"
)

// alwaysFMA reports whether every CPU of the architecture has a fused
// multiply-add that the compiler uses for math.FMA.
const alwaysFMA = runtime.GOARCH == "arm64" || runtime.GOARCH == "loong64" ||
	runtime.GOARCH == "ppc64" || runtime.GOARCH == "ppc64le" ||
	runtime.GOARCH == "riscv64" || runtime.GOARCH == "s390x"

// hasFMA reports whether math.FMA is a single instruction on this machine.
var hasFMA = alwaysFMA || runtime.GOARCH == "amd64" && cpu.X86.HasFMA

// fma returns x·y + z, rounded once if the hardware supports it. Long loops
// test hasFMA once instead and call math.FMA themselves.
func fma(x, y, z float64) float64 {
	if alwaysFMA || hasFMA {
		return math.FMA(x, y, z)
	}
	return float64(x*y) + z // the conversion keeps the compiler from fusing
}

// HasFMA reports whether the hardware has a fused multiply-add, and hence
// whether the results of this package have the same bits as on other machines.
func HasFMA() bool { return hasFMA }

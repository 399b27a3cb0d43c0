//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

func detectISAs() []ISA {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return []ISA{Generic}
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return []ISA{Generic, AVX2, AVX512}
	}
	return []ISA{Generic, AVX2}
}

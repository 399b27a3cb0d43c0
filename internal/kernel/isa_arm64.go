//go:build !noasm

package kernel

func detectISAs() []ISA { return []ISA{Generic, NEON} }

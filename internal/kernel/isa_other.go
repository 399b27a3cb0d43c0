//go:build !(amd64 || arm64) || noasm

package kernel

func detectISAs() []ISA { return []ISA{Generic} }

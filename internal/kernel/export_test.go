package kernel

import (
	"slices"
	"testing"
)

// SetISA makes the package use s until the test ends. The CPU must support it.
func SetISA(t testing.TB, s ISA) {
	t.Helper()
	if !slices.Contains(supported, s) {
		t.Fatalf("this CPU has no %v", s)
	}
	old := isa
	isa = s
	t.Cleanup(func() { isa = old })
}

// ISAs lists the instruction sets that this CPU supports.
func ISAs() []ISA { return supported }

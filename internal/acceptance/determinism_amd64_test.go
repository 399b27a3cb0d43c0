//go:build !noasm

package acceptance_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The same test in processes that may not use all features of the processor.
func TestSameBitsWithEveryInstructionSet(t *testing.T) {
	needFMA(t)
	if testing.Short() {
		t.Skip("TestSameBitsOnEveryArchitecture with one instruction set is enough for -short")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []string{"cpu.avx512f=off", "cpu.avx2=off"} {
		cmd := exec.Command(program, "-test.run=^TestSameBitsOnEveryArchitecture$", "-test.v")
		cmd.Env = append(os.Environ(), "GODEBUG="+off)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%s: %v\n%s", off, err, out)
		}
	}
}

package mlp_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"example.com/mlp/internal/kernel"
)

// The same test in processes that may not use all features of the processor.
func TestSameBitsWithEveryInstructionSet(t *testing.T) {
	if !kernel.HasFMA() {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
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

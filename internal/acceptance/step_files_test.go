package acceptance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxStepFiles is how many files of the root package a reader has to open to
// follow a training step of two dense layers without any options.
const maxStepFiles = 15

func TestFilesOfAStep(t *testing.T) {
	folder := t.TempDir()
	program, counters, profile := filepath.Join(folder, "onestep"), filepath.Join(folder, "counters"), filepath.Join(folder, "profile")
	if err := os.Mkdir(counters, 0o700); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "GOCOVERDIR="+counters)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	run("go", "build", "-cover", "-covermode=atomic", "-coverpkg=example.com/mlp,example.com/mlp/internal/acceptance/onestep", "-o", program, "./onestep")
	run(program)
	run("go", "tool", "covdata", "textfmt", "-i", counters, "-o", profile)
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for line := range strings.Lines(string(text)) {
		file, ok := strings.CutPrefix(line, "example.com/mlp/")
		if strings.HasPrefix(file, "internal/") {
			continue
		}
		if !ok || strings.HasSuffix(line, " 0\n") {
			continue
		}
		if file, _, _ = strings.Cut(file, ":"); !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	t.Logf("%d files: %s", len(files), strings.Join(files, " "))
	if len(files) == 0 || len(files) > maxStepFiles {
		t.Errorf("a step enters %d files, want 1 to %d: %s", len(files), maxStepFiles, strings.Join(files, " "))
	}
}
